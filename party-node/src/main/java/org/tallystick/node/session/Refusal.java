package org.tallystick.node.session;

import java.util.List;

/** A node's decision not to take part: why, and which rows when it is about rows. */
public record Refusal(Reason reason, List<Integer> rows) {
    public Refusal {
        rows = List.copyOf(rows);
    }

    public static Refusal of(Reason reason) {
        return new Refusal(reason, List.of());
    }

    /** Why a node refuses a proposal. The names are those of the wire format and of the REST interface. */
    public enum Reason {
        MALFORMED("the proposal is not well formed"),
        SIGNATURE("the proposal is not signed by the bank it came from"),
        GROUP("the proposal is for another group"),
        EPOCH("the proposal is for another connection epoch; propose again"),
        REPEATED("the proposal has been seen before; propose again with a new nonce"),
        PROFILE("the security profile is below this node's floor"),
        PROGRAM_NOT_APPROVED("the program is not approved at this node; ask its approver to approve the hash"),
        MODEL_UNKNOWN("the model's stored shares are not known at this node; activate the model again"),
        PURPOSE("the purpose is not one this node serves"),
        ROWS("some rows are refused"),
        TABLE_UNKNOWN("the node has no such segment of the table, or another one; store the table again"),
        TABLES("the node keeps no more rows in tables of shares; its operator may allow more, as policy.tableRows"),
        STOCK_FULL("the node keeps no more garbled stock; its operator may allow more, as policy.stock"),
        STOCK_UNKNOWN("the node does not have the garbled stock that the proposal names; propose without it"),
        STOCK_USED("the proposal names garbled stock twice, or some that is spent; propose with other stock"),
        STOCK_PROGRAM("the node cannot compute the program's answers in garbled circuits; score it without stock"),
        BUSY("the node has too many runs under way; try again later"),
        STORAGE("the node cannot write to its storage; its operator must act"),
        DATA("the node cannot read its data or a value is outside the declared range; its operator must act"),
        CHECKPOINT("the node has no checkpoint of this training; train anew"),
        AGREEMENT_MISSING("no agreement that is in force at this node is named; agree on one and have it activated"),
        AGREEMENT_SUSPENDED("the agreement is suspended at this node; ask its approver"),
        AGREEMENT_REVOKED("the agreement has been revoked at this node; agree on another"),
        AGREEMENT_EXPIRED("the agreement is not valid now; agree on a new revision"),
        AGREEMENT_USE("the agreement does not cover this program, model or kind of use; agree on a new revision"),
        STOPPED("the node has stopped this bank, model or column; ask its approver"),
        PRICE("the price is not the agreement's; propose the agreed one"),
        GROUP_SIZE("fewer subjects than the agreement asks of anything aggregate; propose more"),
        USES("the model has been used as often today as the agreement allows; propose again tomorrow"),
        CONSENT_MISSING("rows are without the subject's consent; ask the business"),
        CONSENT_INVALID("rows have a consent that is forged, damaged or of an issuer the agreement does not name"),
        CONSENT_OTHER("rows have a consent to another bank, purpose, program or about another business"),
        CONSENT_EXPIRED("rows have a consent that has expired; ask the business anew"),
        CONSENT_REVOKED("rows have a consent that the business has withdrawn"),
        CONSENT_SPENT("rows have a consent that has served; use the answer that was given or ask the business anew"),
        BUDGET("so much has been told of some rows' businesses that no more may be within this window"),
        ANSWERED("the model has answered about some rows' businesses in this window; use the answer that was given"),
        UNDER_WAY("the node has not ended another request about some rows' businesses; ask again in a moment");

        private final String meaning;

        Reason(String meaning) {
            this.meaning = meaning;
        }

        public String meaning() {
            return meaning;
        }
    }
}
