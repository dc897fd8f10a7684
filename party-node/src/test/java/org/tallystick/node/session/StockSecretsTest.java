package org.tallystick.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.tallystick.net.FaultyMesh;
import org.tallystick.net.ProtocolAbort;

/** What nodes log, at the finest level, of garbled runs that end well and badly: no label, no offset, no seed. */
final class StockSecretsTest {
    private static final int BANK = TestNodes.BANK;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    /** All that was logged, messages, arguments and traces. */
    private String text() {
        StringBuilder all = new StringBuilder();
        for (ILoggingEvent event : List.copyOf(log.list)) {
            all.append(event.getFormattedMessage()).append('\n');
            all.append(Arrays.toString(event.getArgumentArray())).append('\n');
            if (event.getThrowableProxy() != null) {
                all.append(ThrowableProxyUtil.asString(event.getThrowableProxy()))
                        .append('\n');
            }
        }
        return all.toString();
    }

    @Test
    void logsOfGarbledRunsHoldNoSecrets() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("org.tallystick");
        Level before = logger.getLevel();
        log.start();
        logger.setLevel(Level.TRACE);
        logger.addAppender(log);
        Secrets secrets = new Secrets();
        try (StockGroup stock = new StockGroup()) {
            stock.group.line = (party, mesh) -> new FaultyMesh(mesh, (index, to, message) -> {
                secrets.addMessage(message);
                return List.of(message);
            });
            stock.make(6);
            int told = secrets.count();
            for (int party = 0; party < 4; party++) {
                secrets.addAll(stock.group.transports.get(party).epoch().orElseThrow());
                secrets.addAll(stock.group.nodes.get(party).sessions);
            }
            assertTrue(
                    told > 500 && secrets.count() - told > 500, told + " words sent, " + secrets.count() + " in all");
            assertTrue(stock.scores());
            stock.group.line = (party, mesh) ->
                    party != 0 ? mesh : new FaultyMesh(mesh, (index, to, message) -> List.of(new byte[message.length]));
            assertThrows(ProtocolAbort.class, stock::scores);
            assertThrows(ProtocolAbort.class, () -> stock.make(3));
            stock.group.line = (party, mesh) -> mesh;
            assertEquals(0, stock.group.nodes.get(BANK).sessions.running());
            stock.stocks(0).drop(stock.hash);
            assertThrows(Refused.class, stock::scores);
        } finally {
            logger.detachAppender(log);
            logger.setLevel(before);
        }
        String text = text();
        assertTrue(text.contains("refusing") && text.contains("ended"), "little was logged");
        assertEquals(List.of(), secrets.in(text));
        // And the search finds what it should.
        long one = secrets.any();
        assertFalse(secrets.in("x " + one).isEmpty());
        assertFalse(secrets.in(HexFormat.of().toHexDigits(one) + "00").isEmpty());
        assertFalse(secrets.in("ab" + HexFormat.of().toHexDigits(Long.reverseBytes(one)))
                .isEmpty());
    }
}
