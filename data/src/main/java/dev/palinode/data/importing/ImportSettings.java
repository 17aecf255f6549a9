package dev.palinode.data.importing;

import dev.palinode.data.format.Formats;
import dev.palinode.data.record.Manifest;
import org.apache.commons.lang3.Validate;

/**
 * Settings of an import.
 *
 * @param format the name of a row format, a mapping of columns, or {@code auto}, as {@link
 *     Formats#chosen} takes them
 * @param maxBrokenFraction maximum fraction of broken rows, 0 to 1
 * @param maxBroken maximum number of broken rows, whatever their fraction; the import stops at the
 *     next one
 * @param allowDamaged whether to accept the rows before the damage of a damaged file
 */
public record ImportSettings(
    String format, double maxBrokenFraction, long maxBroken, boolean allowDamaged) {
  /** Detected format; at most 1% and at most 1,000 broken rows; no damaged files. */
  public static final ImportSettings DEFAULT = new ImportSettings(Formats.AUTO, 0.01, 1000, false);

  /**
   * @throws IllegalArgumentException if the format is unknown, or a number out of range
   */
  public ImportSettings {
    Formats.chosen(format);
    boolean isFraction = maxBrokenFraction >= 0 && maxBrokenFraction <= 1;
    Validate.isTrue(isFraction, "max broken is %s: expected 0 to 1", maxBrokenFraction);
    Validate.isTrue(
        maxBroken >= 0, "the number of broken rows is %s: expected 0 or more", maxBroken);
  }

  /** Adds the settings to a manifest. */
  public void addTo(Manifest manifest) {
    manifest
        .setting("format", format)
        .setting("max_broken_fraction", maxBrokenFraction)
        .setting("max_broken", maxBroken)
        .setting("allow_damaged", allowDamaged);
  }
}
