package org.tallystick.node.server;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Releases;
import org.tallystick.node.storage.ReleaseLog;
import org.tallystick.node.storage.ReleaseRecord;

/** Releases in the node's append-only log, many of them to one disk write. */
public final class LoggedReleases implements Releases {
    private final ReleaseLog log;

    public LoggedReleases(ReleaseLog log) {
        this.log = log;
    }

    @Override
    public Authorisation authorise(Hash proposal, Hash program, List<String> requests) {
        return begin(proposal, program, requests.size(), requests);
    }

    @Override
    public Authorisation authorise(Hash proposal, Hash program, String request, int rows) {
        return begin(proposal, program, rows, List.of(request));
    }

    private Authorisation begin(Hash proposal, Hash program, int rows, List<String> requests) {
        return log.begin(new ReleaseRecord.Authorised(proposal.bytes(), program.bytes(), rows, requests, now()))::await;
    }

    @Override
    public void voided(Hash proposal) {
        log.append(new ReleaseRecord.Voided(proposal.bytes(), now()));
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
