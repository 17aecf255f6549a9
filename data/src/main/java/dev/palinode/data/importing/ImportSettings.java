package dev.palinode.data.importing;

import dev.palinode.data.format.Formats;
import dev.palinode.data.record.Manifest;

/**
 * How files are imported.
 *
 * @param format the name of a row format, a mapping of columns, or {@code auto}, as {@link
 *     Formats#chosen} takes them
 * @param maxBrokenShare share of the rows that may be broken, 0 to 1
 * @param maxBroken rows that may be broken, whatever their share; the import stops when there are
 *     more
 * @param allowDamaged whether of a file that breaks off what comes before is taken
 */
public record ImportSettings(
    String format, double maxBrokenShare, long maxBroken, boolean allowDamaged) {
  /** By the shape of rows; a hundredth may be broken, and a thousand; no damaged files. */
  public static final ImportSettings DEFAULT = new ImportSettings(Formats.AUTO, 0.01, 1000, false);

  /**
   * @throws IllegalArgumentException if the format is unknown, or a number out of range
   */
  public ImportSettings {
    Formats.chosen(format);
    if (!(maxBrokenShare >= 0 && maxBrokenShare <= 1)) {
      throw new IllegalArgumentException(
          "the share of broken rows is " + maxBrokenShare + ": expected 0 to 1");
    }
    if (maxBroken < 0) {
      throw new IllegalArgumentException(
          "the number of broken rows is " + maxBroken + ": expected 0 or more");
    }
  }

  /** States them in a manifest. */
  public void addTo(Manifest manifest) {
    manifest
        .setting("format", format)
        .setting("max_broken_share", maxBrokenShare)
        .setting("max_broken", maxBroken)
        .setting("allow_damaged", allowDamaged);
  }
}
