package dev.palinode.cli;

/** Checks values of options where the library knows the setting by another name. */
final class OptionCheck {
  private OptionCheck() {}

  /**
   * @throws IllegalArgumentException if the value is below the least; it names the option
   */
  static void atLeast(long least, String option, long value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s is %d: expected %d or more".formatted(option, value, least));
    }
  }
}
