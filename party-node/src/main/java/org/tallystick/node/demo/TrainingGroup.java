package org.tallystick.node.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tallystick.models.Business;
import org.tallystick.models.Dataset;
import org.tallystick.models.DatasetReader;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.Role;

/** Four nodes on this machine with the columns of a data set, and the bank's labels beside its own columns. */
final class TrainingGroup implements AutoCloseable {
    /** The bank's column of labels: 1 for a bad business, 0 for another. */
    static final String LABEL = "turned_bad";

    private final Path folder;
    private final boolean lasting;
    private volatile Optional<Consortium> nodes = Optional.empty();
    private volatile boolean closing;

    /** @param lasting whether the folder stays when the nodes have ended */
    TrainingGroup(Path folder, boolean lasting) {
        this.folder = folder;
        this.lasting = lasting;
    }

    /** Starts the nodes and returns the bank's REST client. */
    RestClient start(Dataset dataset, DatasetReader.Split split, List<String> flags) {
        boolean codes = dataset.id().kind() == org.tallystick.models.IdKind.CREDIT_CODE;
        List<Path> folders = ConsortiumFolder.write(new ConsortiumFolder.Plan(
                folder, "training", 0, Approval.ALL, false, codes ? IdKind.CREDIT_CODE : IdKind.TEXT));
        Map<String, List<String>> columns = new LinkedHashMap<>(dataset.columnNames());
        List<String> bank = new ArrayList<>(columns.getOrDefault(Role.BANK.id(), List.of()));
        bank.add(LABEL);
        columns.put(Role.BANK.id(), bank);
        List<Business> businesses = Stream.of(split.learning(), split.testing())
                .flatMap(List::stream)
                .map(TrainingGroup::labelled)
                .toList();
        OwnTables.load(folder, folders, columns, businesses);
        Consortium started = Consortium.of(folder);
        nodes = Optional.of(started);
        started.launch(flags);
        started.awaitReady();
        return started.client(Role.BANK);
    }

    /** Starts nodes again that have ended by themselves. */
    synchronized void restartEnded(List<String> flags) {
        if (!closing) {
            nodes.ifPresent(started -> started.restartEnded(flags));
        }
    }

    private static Business labelled(Business business) {
        Map<String, Map<String, String>> rows = new HashMap<>(business.rows());
        Map<String, String> bank = new HashMap<>(rows.getOrDefault(Role.BANK.id(), Map.of()));
        bank.put(LABEL, business.bad().orElseThrow() ? "1" : "0");
        rows.put(Role.BANK.id(), bank);
        return new Business(business.id(), rows, business.bad());
    }

    boolean isClosing() {
        return closing;
    }

    @Override
    public synchronized void close() {
        closing = true;
        nodes.ifPresent(Consortium::close);
        nodes = Optional.empty();
        if (!lasting && Files.exists(folder)) {
            Consortium.delete(folder);
        }
    }
}
