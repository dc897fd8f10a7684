package org.tallystick.node.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tallystick.models.Business;
import org.tallystick.models.BusinessTables;
import org.tallystick.node.NodeFailure;
import org.tallystick.node.config.NodeConfig;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.data.CsvImport;

/** Gives each node of a fresh consortium its own columns. */
public final class OwnTables {
    private OwnTables() {}

    /**
     * Each node's columns go into its own database, and into no other.
     *
     * @param folder of the consortium, for tables that are removed again
     * @param nodes the nodes' folders, in party order
     * @param columns by role
     */
    public static void load(
            Path folder, List<Path> nodes, Map<String, List<String>> columns, Iterable<Business> businesses) {
        Path tables = folder.resolve("tables");
        try {
            BusinessTables.write(tables, columns, businesses);
        } catch (IOException e) {
            throw new NodeFailure("the folder " + folder + " cannot be written", "name another with --folder", e);
        }
        for (Role role : Role.values()) {
            if (columns.containsKey(role.id())) {
                NodeConfig.Data data = NodeConfigFile.read(
                                nodes.get(role.ordinal()).resolve(NodeConfigFile.NAME))
                        .data();
                CsvImport.run(
                        new CsvImport.Plan(
                                tables.resolve(role.id() + ".csv"),
                                StandardCharsets.UTF_8,
                                new CsvImport.Target(data.url(), data.user(), data.password()),
                                "business",
                                BusinessTables.SUBJECT,
                                CsvImport.IdCheck.TEXT,
                                false),
                        (task, done, total) -> {});
            }
        }
        Consortium.delete(tables);
    }
}
