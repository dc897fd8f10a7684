package org.tallystick.node.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.wire.TrainingsOver;

/**
 * Drops the checkpoints of trainings that the bank has stopped, or that have failed for good, or whose table is
 * destroyed: at once, or when the run that still writes them has come to its end. Trainings are named by the proposals
 * that began them.
 */
final class TrainingEnds {
    /** The most in one message. */
    static final int MOST = 256;

    private static final Logger LOG = LoggerFactory.getLogger(TrainingEnds.class);

    private final TrainingStore store;
    private final Set<Hash> underWay = ConcurrentHashMap.newKeySet();
    private final Map<Hash, Boolean> over = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Boolean> eldest) {
            return size() > 2 * MOST;
        }
    };

    TrainingEnds(TrainingStore store) {
        this.store = store;
    }

    static byte[] message(List<Hash> origins) {
        return TrainingsOver.newBuilder()
                .addAllOrigins(origins.stream()
                        .map(origin -> ByteString.copyFrom(origin.bytes()))
                        .toList())
                .build()
                .toByteArray();
    }

    static List<Hash> parsed(byte[] message) throws InvalidProtocolBufferException, ProposalFormat.BadMessage {
        TrainingsOver parsed = TrainingsOver.parseFrom(message);
        ProposalFormat.require(parsed.getOriginsCount() <= MOST, "too many trainings");
        List<Hash> origins = new ArrayList<>();
        for (ByteString origin : parsed.getOriginsList()) {
            origins.add(ProposalFormat.hash(origin));
        }
        return origins;
    }

    /** A run of this training begins. */
    void began(Hash origin) {
        underWay.add(origin);
    }

    /** A run of this training has come to its end, well or not. */
    void ended(Hash origin) {
        underWay.remove(origin);
        boolean drop;
        synchronized (over) {
            drop = over.containsKey(origin);
        }
        if (drop) {
            drop(origin);
        }
    }

    /** Nobody goes on with this training. */
    void over(Hash origin) {
        // First noted, then looked: a run that ends meanwhile drops them itself.
        synchronized (over) {
            over.put(origin, true);
        }
        if (!underWay.contains(origin)) {
            drop(origin);
        }
    }

    /** Columns of a table that is destroyed stay nowhere; a run that is under way comes to its end. */
    void tableDeleted(String table) {
        try {
            SharedKeeping.ofTable(store, table).forEach(this::over);
        } catch (NodeFailure e) {
            LOG.error("checkpoints of trainings from table {} could not be looked for: {}", table, e.getMessage());
        }
    }

    private void drop(Hash origin) {
        try {
            store.clear(origin);
        } catch (NodeFailure e) {
            LOG.error("the checkpoints of training {} are to go and could not be deleted: {}", origin, e.getMessage());
        }
    }
}
