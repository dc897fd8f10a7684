package org.tallystick.node.governance;

import java.util.List;
import java.util.Optional;
import org.tallystick.node.session.Hash;
import org.tallystick.node.session.Proposal;

/** A node that has stored no table. */
final class NoTables implements Gate.TableSubjects {
    @Override
    public Optional<List<Proposal.Row>> rows(Proposal.ScoreTable score) {
        return Optional.empty();
    }

    @Override
    public Optional<Hash> program(Proposal.ScoreTable score) {
        return Optional.empty();
    }
}
