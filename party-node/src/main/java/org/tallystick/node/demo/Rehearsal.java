package org.tallystick.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tallystick.models.Business;
import org.tallystick.node.cli.RestClient;
import org.tallystick.node.config.ConsortiumFolder;
import org.tallystick.node.config.ConsortiumFolder.Agreements;
import org.tallystick.node.config.NodeConfig.Approval;
import org.tallystick.node.config.NodeConfig.IdKind;
import org.tallystick.node.config.NodeConfigFile;
import org.tallystick.node.config.Role;
import org.tallystick.node.server.NodeServer;

/**
 * Four nodes in this process, a model and a few scores, for the JVM to see what a node needs: run once with
 * {@code -XX:AOTCacheOutput=FILE}, so that nodes start in half the processor time with {@code -XX:AOTCache=FILE} (JEP
 * 483 and 514). Its group is a temporary folder, and gone in the end.
 */
public final class Rehearsal {
    private static final int SECONDS = 120;
    private static final int BUSINESSES = 20;
    private static final String PURPOSE = "rehearsal";

    private Rehearsal() {}

    /** @param args none */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("tallystick");
        List<NodeServer> nodes = new ArrayList<>();
        try {
            List<Path> folders = ConsortiumFolder.write(new ConsortiumFolder.Plan(
                    folder, "rehearsal", 0, Approval.ALL, false, IdKind.CREDIT_CODE, Agreements.NONE));
            DemoData data = DemoData.synthetic(BUSINESSES);
            OwnTables.load(folder, folders, data.columns(), data.businesses());
            for (Path node : folders) {
                nodes.add(NodeServer.start(NodeConfigFile.read(node.resolve(NodeConfigFile.NAME))));
            }
            for (NodeServer node : nodes) {
                node.firstReady().get(SECONDS, TimeUnit.SECONDS);
            }
            try (RestClient bank = RestClient.of(folders.get(Role.BANK.ordinal()))) {
                score(bank, data);
            }
        } finally {
            for (NodeServer node : nodes) {
                end(node::close);
            }
            end(() -> Consortium.delete(folder));
        }
        // Not to wait for a thread that somebody has left.
        System.exit(0);
    }

    private static void end(Runnable closing) {
        try {
            closing.run();
        } catch (RuntimeException e) {
            System.err.println("not ended in order: " + e.getMessage());
        }
    }

    private static void score(RestClient bank, DemoData data) {
        JsonNode model = bank.post("/v1/models", "application/json", data.model());
        for (Business business : data.businesses()) {
            ObjectNode request = new ObjectMapper().createObjectNode();
            request.put("model", model.get("name").asText())
                    .put("purpose", PURPOSE)
                    .put("subject", business.id());
            bank.post("/v1/scores", request);
        }
    }
}
