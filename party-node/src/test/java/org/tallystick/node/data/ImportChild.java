package org.tallystick.node.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.tallystick.node.data.CsvImport.IdCheck;
import org.tallystick.node.data.CsvImport.Plan;
import org.tallystick.node.data.CsvImport.Target;

/** Either holds a database open until its input ends, as a node does, or imports a file and prints what came of it. */
final class ImportChild {
    private ImportChild() {}

    public static void main(String[] arguments) throws SQLException, IOException {
        String url = arguments[0];
        if (arguments.length == 1) {
            try (var connection = DriverManager.getConnection(url, "sa", "")) {
                print(connection.isValid(1) ? "open" : "not open");
                int end = System.in.read();
                print("closed at " + end);
            }
            return;
        }
        Plan plan = new Plan(
                Path.of(arguments[1]),
                StandardCharsets.UTF_8,
                new Target(url, "sa", ""),
                "business",
                "subject",
                IdCheck.TEXT,
                arguments[2].equals("replace"));
        try {
            print("loaded " + CsvImport.run(plan, (task, done, total) -> {}).rows());
        } catch (DataFailure e) {
            print(e.getMessage());
        }
    }

    private static void print(String line) {
        System.out.print(line + "\n");
        System.out.flush();
    }
}
