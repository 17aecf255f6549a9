package dev.palinode.cli.console;

import dev.palinode.model.config.RopeScaling;
import dev.palinode.model.config.RotaryConfig;
import java.util.List;
import java.util.Locale;

/** Formats numbers and settings of models for people. */
public final class Words {
  private Words() {}

  /** {@code 9,216}, {@code 359.0 K}, {@code 110.1 M}, {@code 8.0 B}. */
  public static String count(long number) {
    return scaled(number, 10_000, "", " K", " M", " B", " T");
  }

  /** {@code 512 bytes}, {@code 1.4 MB}, {@code 16.1 GB}; in powers of 1000. */
  public static String bytes(long number) {
    return scaled(number, 1000, " bytes", " kB", " MB", " GB", " TB");
  }

  private static String scaled(long number, long plainBelow, String... units) {
    if (number < plainBelow) {
      return number(number) + units[0];
    }
    double value = number;
    int unit = 0;
    // A value that would round to 1000.0 is 1.0 of the next unit.
    while (value >= 999.95 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f%s", value, units[unit]);
  }

  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** A number without needless digits: {@code 10,000}, {@code 0.5}. */
  public static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? number((long) number)
        : Double.toString(number);
  }

  /** {@code 1 file}, {@code 3 files}. */
  public static String number(long number, String of) {
    return number(number) + " " + of + (number == 1 ? "" : "s");
  }

  /** The attention windows of the layers. */
  public static String windows(List<Integer> windows) {
    int widest = windows.stream().mapToInt(Integer::intValue).max().orElse(0);
    long sliding = windows.stream().filter(window -> window > 0).count();
    if (sliding == 0) {
      return "every layer sees all positions";
    }
    return "a window of %s positions in %s"
        .formatted(
            number(widest),
            sliding == windows.size()
                ? "every layer"
                : number(sliding) + " of " + number(windows.size(), "layer"));
  }

  /** The rotary position embedding. */
  public static String rotary(RotaryConfig rotary) {
    String part =
        rotary.fraction() < 1
            ? String.format(Locale.ROOT, ", on %.0f%% of each head", 100 * rotary.fraction())
            : "";
    return "rotary, base " + number(rotary.base()) + part + ", " + scaling(rotary.scaling());
  }

  private static String scaling(RopeScaling scaling) {
    if (scaling instanceof RopeScaling.Linear linear) {
      return "positions divided by " + number(linear.factor());
    }
    if (scaling instanceof RopeScaling.Llama3 llama) {
      return "low frequencies stretched by %s as in Llama 3, from a context of %s"
          .formatted(number(llama.factor()), number(llama.originalContext()));
    }
    if (scaling instanceof RopeScaling.Yarn yarn) {
      return "stretched by %s as in YaRN, from a context of %s"
          .formatted(number(yarn.factor()), number(yarn.originalContext()));
    }
    if (scaling instanceof RopeScaling.LongRope longRope) {
      return "stretched as in LongRoPE, by other factors beyond a context of "
          + number(longRope.originalContext());
    }
    return "not scaled";
  }
}
