package org.tallystick.node.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BookTest {
    /** Keys of which many have the same home. */
    private static long low(int key) {
        return (long) (key % 37) << 32 | 1;
    }

    @Test
    void itIsAMapWhateverIsRemoved() {
        Random random = new Random(9);
        Book book = new Book();
        Map<Integer, Long> map = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            int key = 1 + random.nextInt(3000);
            if (random.nextInt(3) > 0) {
                int place = book.place(key, low(key));
                book.set(place, key, step);
                map.put(key, (long) step);
            } else {
                int place = book.find(key, low(key));
                assertEquals(map.containsKey(key), place != Book.NOWHERE);
                if (place != Book.NOWHERE) {
                    book.remove(place);
                    map.remove(key);
                }
            }
        }
        requireSame(map, book);
        book.retain((first, second) -> first % 5 == 0);
        map.keySet().removeIf(key -> key % 5 != 0);
        requireSame(map, book);
    }

    private static void requireSame(Map<Integer, Long> map, Book book) {
        assertEquals(map.size(), book.size());
        List<Integer> wrong = new ArrayList<>();
        for (int key = 1; key <= 3000; key++) {
            int place = book.find(key, low(key));
            long found = place == Book.NOWHERE ? -1 : book.second(place);
            if (found != map.getOrDefault(key, -1L)) {
                wrong.add(key);
            }
        }
        assertEquals(List.of(), wrong);
    }
}
