package dev.palinode.cli;

import java.util.Locale;

/** Checks values of options where the library knows the setting by another name. */
final class OptionCheck {
  private OptionCheck() {}

  /**
   * @throws IllegalArgumentException if the value is below the least; it names the option
   */
  static void atLeast(long least, String option, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %d: expected %d or more", option, value, least));
    }
  }
}
