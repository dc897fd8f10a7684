package org.tallystick.node.session;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tallystick.convert.GarbledStock;
import org.tallystick.random.SharedSeed;

/** Words of 64 bits that must not be told, out of the memory of nodes, and a search for them in a text. */
final class Secrets {
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{16,}");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{10,20}");

    private final Set<Long> words = ConcurrentHashMap.newKeySet();

    int count() {
        return words.size();
    }

    long any() {
        return words.iterator().next();
    }

    /** A message between nodes, if it is long enough to hold a label. */
    void addMessage(byte[] message) {
        if (message.length >= 16) {
            add(message);
        }
    }

    private void add(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.remaining() >= Long.BYTES) {
            add(buffer.getLong());
        }
    }

    /** Small numbers are no secrets: zero, lengths, counts. */
    private void add(long word) {
        if (Long.bitCount(word) > 8 && Long.bitCount(word) < 56) {
            words.add(word);
        }
    }

    /** Seeds and stock, labels and offsets included, that can be reached from an object of the project. */
    void addAll(Object root) throws IllegalAccessException {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Queue<Found> open = new ArrayDeque<>(List.of(new Found(root, false)));
        while (!open.isEmpty()) {
            Found next = open.poll();
            Object value = next.value();
            if (value == null || !seen.add(value)) {
                continue;
            }
            boolean secret = next.secret() || value instanceof SharedSeed || value instanceof GarbledStock;
            if (value instanceof long[] longs && secret) {
                for (long word : longs) {
                    add(word);
                }
            } else if (value instanceof byte[] bytes && secret) {
                add(bytes);
            } else {
                reach(value, secret, open);
            }
        }
    }

    private record Found(Object value, boolean secret) {}

    private static void reach(Object value, boolean secret, Queue<Found> open) throws IllegalAccessException {
        if (value instanceof Collection<?> all) {
            all.forEach(one -> open.add(new Found(one, secret)));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(one -> open.add(new Found(one, secret)));
        } else if (value instanceof java.util.Optional<?> optional) {
            optional.ifPresent(one -> open.add(new Found(one, secret)));
        } else if (value instanceof Object[] array) {
            for (int k = 0; k < array.length; k++) {
                open.add(new Found(Array.get(array, k), secret));
            }
        } else if (value.getClass().getName().startsWith("org.tallystick.")) {
            for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        field.setAccessible(true);
                        open.add(new Found(field.get(value), secret));
                    }
                }
            }
        }
    }

    /** Places where a text has a secret, in hexadecimal or as a number, in either order of bytes. */
    List<String> in(String text) {
        List<String> found = new ArrayList<>();
        Matcher hex = HEX.matcher(text);
        while (hex.find()) {
            String digits = hex.group();
            for (int from = 0; from + 16 <= digits.length(); from++) {
                note(Long.parseUnsignedLong(digits.substring(from, from + 16), 16), digits, found);
            }
        }
        Matcher decimal = DECIMAL.matcher(text);
        while (decimal.find()) {
            BigInteger number = new BigInteger(decimal.group());
            if (number.bitLength() <= Long.SIZE) {
                note(number.longValue(), decimal.group(), found);
            }
        }
        return found;
    }

    private void note(long word, String where, List<String> found) {
        if (words.contains(word) || words.contains(Long.reverseBytes(word))) {
            found.add(where);
        }
    }
}
