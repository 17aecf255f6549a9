package dev.palinode.cli.options;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks of options, with messages that name the option as on the command line. */
public final class OptionCheck {
  private OptionCheck() {}

  /**
   * @param value null for an option that is not given
   * @throws IllegalArgumentException if the value is below the least
   */
  public static void atLeast(long least, String option, @Nullable Number value) {
    if (value != null && value.longValue() < least) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %s: expected %d or more", option, value, least));
    }
  }

  /**
   * Refuses an option that would change nothing.
   *
   * @param isGiven whether it differs from its default
   * @param isMet whether its requirement is met
   * @throws IllegalArgumentException if it is given and the requirement is not met
   */
  public static void needs(String option, boolean isGiven, boolean isMet, String need) {
    if (isGiven && !isMet) {
      throw new IllegalArgumentException(option + " needs " + need);
    }
  }
}
