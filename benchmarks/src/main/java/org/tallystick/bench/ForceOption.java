package org.tallystick.bench;

import org.tallystick.plan.Force;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code --force garbled} or {@code bits}. */
final class ForceOption implements ITypeConverter<Force> {
    @Override
    public Force convert(String text) {
        try {
            return Force.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
