package org.tallystick.node.audit;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.tallystick.node.audit.KnownHeads.Contradiction;
import org.tallystick.node.wire.ConsistencyProof;
import org.tallystick.node.wire.ConsistencyQuestion;
import org.tallystick.node.wire.ReceiptMessage;

/**
 * One party's heads as they come: what follows from each at once, and what the party has to prove. One question is on
 * its way at a time. Its owner takes care that one thread calls at a time.
 */
final class Watch {
    /** After this long a question counts as unanswered, and another may be asked. */
    private static final long PATIENCE = Duration.ofSeconds(30).toNanos();

    private static final int MOST_WAITING = 4;

    private final Consumer<byte[]> toParty;
    private final ArrayDeque<Question> waiting = new ArrayDeque<>();
    private Optional<Question> asked = Optional.empty();
    private long askedAt;

    /** @param toParty sends the watched party a message */
    Watch(Consumer<byte[]> toParty) {
        this.toParty = toParty;
    }

    /** Whether the later head goes on from the earlier; {@code told} by the party itself or by another. */
    private record Question(TreeHead earlier, TreeHead later, boolean told) {}

    /** What follows from a message. */
    sealed interface Found {
        record Nothing() implements Found {}

        /** It is the newest, and goes on from what was known. */
        record GoesOn(TreeHead head) implements Found {}

        /** @param fromItself whether the party told the second head itself */
        record Contradicts(Contradiction contradiction, boolean fromItself) implements Found {}
    }

    private static final Found NOTHING = new Found.Nothing();

    /** The party tells its own head. It never goes back: its messages come in order, and it signs what is durable. */
    Found told(Optional<TreeHead> known, TreeHead head) {
        if (known.isPresent() && head.size() < known.get().size()) {
            return new Found.Contradicts(new Contradiction(known.get(), head), true);
        }
        return compared(known, head, true);
    }

    /** Another node tells what it has seen of the party; it may well be behind. */
    Found heardOf(Optional<TreeHead> known, TreeHead head) {
        if (known.isPresent() && head.size() < known.get().size()) {
            ask(new Question(head, known.get(), false));
            return NOTHING;
        }
        // The first head of a party is taken from itself: what it told before may still be on its way.
        return known.isEmpty() ? NOTHING : compared(known, head, false);
    }

    private Found compared(Optional<TreeHead> known, TreeHead head, boolean told) {
        if (known.isEmpty() || known.get().size() == 0 && told) {
            return new Found.GoesOn(head);
        }
        TreeHead before = known.get();
        if (head.size() > before.size()) {
            ask(new Question(before, head, told));
            return NOTHING;
        }
        if (head.root().equals(before.root())) {
            return head.at() > before.at() ? new Found.GoesOn(head) : NOTHING;
        }
        return new Found.Contradicts(new Contradiction(before, head), told);
    }

    private void ask(Question question) {
        if (question.earlier().size() == 0) {
            return;
        }
        // Of what the party tells itself only the newest matters.
        waiting.removeIf(each -> each.told() && question.told());
        if (waiting.size() < MOST_WAITING) {
            waiting.add(question);
        }
    }

    /** Sends the next question when none is on its way. */
    void askNext(Optional<TreeHead> known) {
        if (asked.isPresent() && !isUnanswered()) {
            return;
        }
        Question next = waiting.poll();
        if (next == null) {
            return;
        }
        boolean newer = next.told()
                && known.isPresent()
                && known.get().size() > next.earlier().size();
        Question question = newer && known.get().size() < next.later().size()
                ? new Question(known.get(), next.later(), true)
                : next;
        asked = Optional.of(question);
        askedAt = System.nanoTime();
        toParty.accept(ReceiptMessage.newBuilder()
                .setQuestion(ConsistencyQuestion.newBuilder()
                        .setEarlier(question.earlier().size())
                        .setLater(question.later().size()))
                .build()
                .toByteArray());
    }

    /** The party answers; what was not asked is not looked at. */
    Found answered(ConsistencyProof proof) {
        if (asked.isEmpty()
                || asked.get().earlier().size() != proof.getEarlier()
                || asked.get().later().size() != proof.getLater()) {
            return NOTHING;
        }
        Question question = asked.get();
        asked = Optional.empty();
        List<byte[]> path =
                proof.getPathList().stream().map(ByteString::toByteArray).toList();
        TreeHead earlier = question.earlier();
        TreeHead later = question.later();
        boolean proven = Merkle.provesConsistency(
                earlier.size(),
                earlier.root().bytes(),
                later.size(),
                later.root().bytes(),
                path);
        return proven
                ? new Found.GoesOn(later)
                : new Found.Contradicts(new Contradiction(earlier, later), question.told());
    }

    /** The connection on which it was asked is gone. */
    void forgetQuestion() {
        asked = Optional.empty();
        waiting.clear();
    }

    boolean isUnanswered() {
        return asked.isPresent() && System.nanoTime() - askedAt > PATIENCE;
    }
}
