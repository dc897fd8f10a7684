package org.tallystick.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.tallystick.convert.GarbledFunction.Way;
import org.tallystick.convert.StockShelf.Counts;

class StockShelfTest {
    private static GarbledStock stock() {
        return new GarbledStock(
                Worlds.function(Way.TWO), Roles.of(3, 0), 1, new byte[32], Optional.empty(), Optional.empty());
    }

    @Test
    void everyStockIsTakenOnceAndCounted() {
        StockShelf shelf = new StockShelf(3, 2);
        assertTrue(shelf.low());
        assertEquals(OptionalLong.empty(), shelf.next());
        GarbledStock first = stock();
        shelf.put(4, first);
        shelf.put(5, stock());
        assertFalse(shelf.low());
        shelf.put(9, stock());
        assertEquals(0, shelf.room());
        assertThrows(IllegalStateException.class, () -> shelf.put(10, stock()));
        assertEquals(OptionalLong.of(4), shelf.next());
        assertEquals(first, shelf.take(4).orElseThrow());
        assertEquals(Optional.empty(), shelf.take(4), "once");
        assertEquals(Optional.empty(), shelf.take(6), "never made");
        assertThrows(IllegalArgumentException.class, () -> shelf.put(4, stock()), "numbers only rise");
        shelf.dropBefore(9);
        assertEquals(new Counts(3, 1, 1, 1), shelf.counts());
        assertTrue(shelf.low());
        shelf.close();
        assertEquals(new Counts(3, 1, 2, 0), shelf.counts());
        assertEquals(Optional.empty(), shelf.take(9));
        assertThrows(IllegalStateException.class, () -> shelf.put(11, stock()));
        assertFalse(shelf.low(), "nothing is to be made for an epoch that has ended");
    }

    @Test
    void usedStockIsNotPutBack() {
        StockShelf shelf = new StockShelf(2, 1);
        GarbledStock used = stock();
        used.take();
        assertThrows(IllegalArgumentException.class, () -> shelf.put(1, used));
        assertThrows(IllegalArgumentException.class, () -> new StockShelf(1, 2));
    }

    @Test
    void ofManyWhoWantOneNumberOneGetsIt() throws Exception {
        int numbers = 200;
        StockShelf shelf = new StockShelf(numbers, 1);
        for (long number = 0; number < numbers; number++) {
            shelf.put(number, stock());
        }
        Callable<Integer> taker = () -> {
            int got = 0;
            for (long number = 0; number < numbers; number++) {
                got += shelf.take(number).isPresent() ? 1 : 0;
            }
            return got;
        };
        int all = 0;
        try (var executor = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> takers = new ArrayList<>();
            for (int k = 0; k < 4; k++) {
                takers.add(executor.submit(taker));
            }
            for (Future<Integer> done : takers) {
                all += done.get();
            }
        }
        assertEquals(numbers, all);
        assertEquals(new Counts(numbers, numbers, 0, 0), shelf.counts());
    }
}
