package org.tallystick.node.audit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tallystick.node.session.Hash;

/** One node's export, read and checked by itself. Its sessions are added to what the other logs tell of them. */
final class OneLog {
    private static final int MOST_MALFORMED = 20;

    private final AuditKeys keys;
    private final long grace;
    private final Map<Hash, SessionView> sessions;
    private final MerkleTree tree = MerkleTree.inMemory();
    private final AgreementsInForce agreements = new AgreementsInForce();
    private final AgreedTexts texts;
    private final List<Finding> findings = new ArrayList<>();
    private Export.Header header;
    private int malformed;
    private boolean aheadOfItself;

    private OneLog(AuditKeys keys, Map<Hash, SessionView> sessions, AgreedTexts texts, long grace) {
        this.grace = grace;
        this.keys = keys;
        this.sessions = sessions;
        this.texts = texts;
    }

    /**
     * Reads a file.
     *
     * @param sessions what all logs tell, by session; may be added to by several threads
     * @param texts what all exports have of agreements; the same
     * @param grace milliseconds by which clocks may differ
     * @throws MalformedReceipt when it is no export
     */
    static OneLog read(Path file, AuditKeys keys, Map<Hash, SessionView> sessions, AgreedTexts texts, long grace)
            throws IOException, MalformedReceipt {
        OneLog log = new OneLog(keys, sessions, texts, grace);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            Export.read(in, new Export.Reader() {
                @Override
                public void header(Export.Header found) throws MalformedReceipt {
                    log.begin(found);
                }

                @Override
                public void leaf(long index, byte[] leaf) {
                    log.add(index, leaf);
                }

                @Override
                public void agreement(byte[] document) {
                    log.agreement(document);
                }
            });
        }
        log.checkHead();
        return log;
    }

    int party() {
        return header.party();
    }

    long size() {
        return tree.size();
    }

    List<Finding> findings() {
        return findings;
    }

    AgreementsInForce agreements() {
        return agreements;
    }

    KnownHeads known() {
        return header.known();
    }

    /** Until when this log tells everything, by its own signed word; 0 without one. */
    long until() {
        return header.head().map(TreeHead::at).orElse(0L);
    }

    private void begin(Export.Header found) throws MalformedReceipt {
        header = found;
        if (found.party() >= keys.parties()) {
            throw new MalformedReceipt("it is of party " + found.party() + ", which the group does not have");
        }
        if (!found.group().equals(keys.group())) {
            findings.add(Finding.of(
                    Finding.Kind.WRONG_KEY,
                    found.party(),
                    "its log is of the group \"" + found.group() + "\", not \"" + keys.group() + "\""));
        }
        if (!Arrays.equals(found.publicKey(), keys.of(found.party()))) {
            findings.add(Finding.of(
                    Finding.Kind.WRONG_KEY, found.party(), "its log is under another key than the group knows"));
        }
    }

    private void add(long index, byte[] leaf) {
        tree.append(Merkle.leafHash(leaf));
        try {
            Receipt receipt = Receipt.decode(leaf);
            ahead(index, receipt.at());
            switch (receipt) {
                case Receipt.OfSession of -> {
                    SessionView view =
                            sessions.computeIfAbsent(of.session(), session -> new SessionView(session, keys.parties()));
                    view.add(header.party(), of)
                            .ifPresent(problem -> findings.add(Finding.of(
                                    Finding.Kind.OUT_OF_ORDER,
                                    header.party(),
                                    view.session,
                                    "in receipt " + index + " " + problem)));
                    if (of instanceof Receipt.Accepted && header.party() != keys.bank()) {
                        agreements.accepts(view.session, of.at());
                        covered(view, of.at());
                    }
                }
                case Receipt.Event event -> event(index, event);
            }
        } catch (MalformedReceipt e) {
            if (malformed++ < MOST_MALFORMED) {
                findings.add(Finding.of(
                        Finding.Kind.MALFORMED,
                        header.party(),
                        "receipt " + index + " cannot be read: " + e.getMessage()));
            }
        }
    }

    /** A receipt from a time to come would make a session look too young for everybody. */
    private void ahead(long index, long at) {
        if (header.head().isPresent() && at > until() + grace && !aheadOfItself) {
            aheadOfItself = true;
            findings.add(Finding.of(
                    Finding.Kind.OUT_OF_ORDER,
                    header.party(),
                    "receipt " + index + " is dated after the head that was signed over it"));
        }
    }

    private void agreement(byte[] document) {
        if (!texts.add(document)) {
            findings.add(Finding.of(
                    Finding.Kind.MALFORMED, header.party(), "its export has an agreement that cannot be read"));
        }
    }

    private void covered(SessionView view, long at) {
        String agreement = view.facts().map(SessionView.Facts::agreement).orElse("");
        if (!agreements.cover(agreement, at)) {
            findings.add(Finding.of(
                    Finding.Kind.NO_AGREEMENT,
                    header.party(),
                    view.session,
                    "its log accepts under agreement " + agreement + ", which it does not have in force then"));
        }
    }

    private void event(long index, Receipt.Event event) {
        agreements.event(event);
        if (event.kind().equals("log.lost") || event.kind().equals("log.gone-on")) {
            findings.add(Finding.of(
                    Finding.Kind.LOST,
                    header.party(),
                    "receipt " + index + " says itself that an earlier log was lost (" + event.kind() + ")"));
        }
    }

    private void checkHead() {
        Optional<TreeHead> head = header.head();
        int party = header.party();
        if (head.isEmpty()) {
            findings.add(Finding.of(Finding.Kind.UNSIGNED, party, "its log has no signed head"));
        } else if (head.get().party() != party || !head.get().isSignedBy(keys.group(), keys.of(party))) {
            findings.add(Finding.of(Finding.Kind.UNSIGNED, party, "the head of its log is not signed by it"));
        } else {
            seen(party, head.get(), 0);
        }
    }

    /**
     * Holds a head of this party, that {@code witness} shows, against the log.
     *
     * @param grace by how many milliseconds it may be younger than the export: exports are taken one after another
     * @return whether it goes with it
     */
    boolean seen(int witness, TreeHead head, long grace) {
        String by = witness == party() ? "its own head" : "the head that " + keys.name(witness) + " has seen of it";
        if (head.size() > tree.size()) {
            if (head.at() > until() && head.at() <= until() + grace) {
                return true;
            }
            findings.add(Finding.of(
                    Finding.Kind.TRUNCATED,
                    party(),
                    "its log has " + tree.size() + " receipts, " + by + " says " + head.size()
                            + "; if it was exported long before the others, take it again"));
            return false;
        }
        if (!Hash.of(tree.root(head.size())).equals(head.root())) {
            boolean own = witness == party();
            findings.add(Finding.of(
                    own ? Finding.Kind.ALTERED : Finding.Kind.FORKED,
                    party(),
                    "its first " + head.size() + " receipts are not those of " + by));
            return false;
        }
        return true;
    }

    /** Says between which receipts a change lies, when the heads that fit and those that do not tell. */
    void locate(List<Long> fitting, List<Long> contradicted) {
        contradicted.stream().min(Long::compare).ifPresent(first -> {
            long last = fitting.stream()
                    .filter(size -> size < first)
                    .max(Long::compare)
                    .orElse(0L);
            if (tree.size() >= first) {
                findings.add(Finding.of(
                        Finding.Kind.FORKED,
                        party(),
                        "what was changed lies among receipts " + last + " to " + (first - 1)));
            }
        });
    }
}
