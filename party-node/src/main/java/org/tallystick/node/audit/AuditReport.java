package org.tallystick.node.audit;

import java.util.List;

/**
 * What an audit came to.
 *
 * @param logs what was read, by party
 * @param sessions sessions that any log tells of
 * @param counting sessions of which some node has let its part of an answer go
 * @param open sessions too young to expect them in every log
 * @param findings what is wrong; empty when the logs agree
 */
public record AuditReport(List<Log> logs, long sessions, long counting, long open, List<Finding> findings) {
    public AuditReport {
        logs = List.copyOf(logs);
        findings = List.copyOf(findings);
    }

    /** One node's log: so many receipts, complete until that time by its own signed word. */
    public record Log(int party, long receipts, long until) {}

    /** Whether the logs prove that they agree. */
    public boolean agree() {
        return findings.isEmpty();
    }
}
