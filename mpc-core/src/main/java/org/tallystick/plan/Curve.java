package org.tallystick.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Seconds that a unit of work takes, as a function of how many are done side by side: measured at some sizes, between
 * them a straight line over the logarithm of the size, beyond them what the outermost says.
 */
public record Curve(List<Point> points) {
    /** So many side by side take so many seconds each. */
    public record Point(double size, double seconds) {
        public Point {
            if (!(size > 0) || !(seconds >= 0)) {
                throw new IllegalArgumentException(seconds + " s each at a size of " + size);
            }
        }
    }

    public Curve {
        points = points.stream().sorted(Comparator.comparingDouble(Point::size)).toList();
        if (points.isEmpty()) {
            throw new IllegalArgumentException("no points");
        }
    }

    /** The same at every size. */
    public static Curve flat(double seconds) {
        return new Curve(List.of(new Point(1, seconds)));
    }

    /** Seconds a unit at a size. */
    public double at(double size) {
        Point below = points.getFirst();
        for (Point above : points) {
            if (size <= above.size()) {
                return size <= below.size() ? below.seconds() : between(below, above, size);
            }
            below = above;
        }
        return below.seconds();
    }

    private static double between(Point below, Point above, double size) {
        double part = Math.log(size / below.size()) / Math.log(above.size() / below.size());
        return below.seconds() + part * (above.seconds() - below.seconds());
    }

    @Override
    public String toString() {
        return points.stream()
                .map(point -> String.format(Locale.ROOT, "%.3g ns at %.0f", point.seconds() * 1e9, point.size()))
                .collect(Collectors.joining(", "));
    }
}
