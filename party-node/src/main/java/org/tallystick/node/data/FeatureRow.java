package org.tallystick.node.data;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One subject's raw columns as a read-only map from name to text, {@code null} where the database has none. Rows of one
 * reading share their names, so that a row costs an array. Names are found whatever their case when no name is exactly
 * the one asked for. Its {@code toString} shows no value.
 */
final class FeatureRow extends AbstractMap<String, String> {
    private final Columns columns;
    private final String[] values;

    FeatureRow(Columns columns, String[] values) {
        this.columns = columns;
        this.values = values;
    }

    /** The names of the columns of one reading. */
    static final class Columns {
        private final List<String> names;
        private final Map<String, Integer> positions = new HashMap<>();

        Columns(List<String> names) {
            this.names = List.copyOf(names);
            for (int position = 0; position < names.size(); position++) {
                positions.putIfAbsent(names.get(position).toLowerCase(Locale.ROOT), position);
            }
            for (int position = names.size() - 1; position >= 0; position--) {
                positions.put(names.get(position), position);
            }
        }

        List<String> names() {
            return names;
        }

        Optional<Integer> position(Object name) {
            Integer exact = positions.get(name);
            return exact != null || !(name instanceof String text)
                    ? Optional.ofNullable(exact)
                    : Optional.ofNullable(positions.get(text.toLowerCase(Locale.ROOT)));
        }
    }

    @Override
    public String get(Object name) {
        return columns.position(name).map(position -> values[position]).orElse(null);
    }

    @Override
    public boolean containsKey(Object name) {
        return columns.position(name).isPresent();
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return values.length;
            }

            @Override
            public Iterator<Entry<String, String>> iterator() {
                return entries();
            }
        };
    }

    private Iterator<Entry<String, String>> entries() {
        Iterator<String> names = columns.names().iterator();
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return names.hasNext();
            }

            @Override
            public Entry<String, String> next() {
                return new SimpleImmutableEntry<>(names.next(), values[next++]);
            }
        };
    }

    @Override
    public String toString() {
        return "FeatureRow" + columns.names();
    }
}
