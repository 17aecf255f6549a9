package dev.palinode.cli.options;

import dev.palinode.answer.ChatModel;
import dev.palinode.decode.Guidance;
import dev.palinode.text.Nearest;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.lang3.math.NumberUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Option of a sweep: the same measurement with several values of one setting. */
public final class SweepOption {
  private static final List<String> NAMES =
      List.of("reset-bias", "guidance-log", "guidance-probability");

  @Option(
      names = "--sweep",
      paramLabel = "NAME=V,V,...",
      description =
          "Measure with each value of reset-bias, or of the scale of guidance-log or"
              + " guidance-probability (with --negative), each in a folder of its own.")
  private @Nullable String sweep;

  /** Whether there is a sweep. */
  public boolean isGiven() {
    return sweep != null;
  }

  /**
   * The models to measure.
   *
   * @return by the name of their folder; one of no name if there is no sweep
   */
  public Map<String, ChatModel> models(MeasuredModelOptions options) throws IOException {
    Map<String, ChatModel> models = new LinkedHashMap<>();
    if (sweep == null) {
      models.put("", options.open());
      return models;
    }
    String name = StringUtils.substringBefore(sweep, "=");
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "--sweep %s: did you mean \"%s\"? There are %s"
              .formatted(sweep, Nearest.to(name, NAMES), String.join(", ", NAMES)));
    }
    for (double value : values(StringUtils.substringAfter(sweep, "="))) {
      models.put(name + "_" + value, model(options, name, value));
    }
    return models;
  }

  private static ChatModel model(MeasuredModelOptions options, String name, double value)
      throws IOException {
    return switch (name) {
      case "reset-bias" -> options.withResetBias(value);
      case "guidance-log" -> options.withGuidance(value, Guidance.Form.LOG);
      default -> options.withGuidance(value, Guidance.Form.PROBABILITY);
    };
  }

  private List<Double> values(String list) {
    List<Double> values =
        Arrays.stream(StringUtils.split(list, ','))
            .map(each -> NumberUtils.toDouble(each.strip(), Double.NaN))
            .toList();
    if (values.isEmpty()
        || values.contains(Double.NaN)
        || values.stream().distinct().count() < values.size()) {
      throw new IllegalArgumentException(
          "--sweep " + sweep + ": expected numbers, each once, such as reset-bias=-5,0,5");
    }
    return values;
  }
}
