package dev.palinode.evaluation.judging;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.text.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.io.FilenameUtils;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.StringUtils;

/**
 * A judge as it is asked for: {@code kind}, {@code kind:PLACE} or {@code kind:PLACE,key=value},
 * such as {@code lexicon:words.txt} or {@code strongreject:NAME@URL,requests=4}.
 *
 * @param kind of judge
 * @param place its file or folder, or {@code NAME@URL} of a served model; empty for none
 * @param values further settings by key
 */
public record JudgeSettings(String kind, String place, Map<String, String> values) {
  private static final String[] SERVED = {"key", "requests", "timeout"};

  public JudgeSettings {
    values = Map.copyOf(values);
  }

  /**
   * Reads the form above; neither place nor values have a comma.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static JudgeSettings parse(String text) {
    String kind = StringUtils.substringBefore(text, ":").strip();
    String place = "";
    Map<String, String> values = new LinkedHashMap<>();
    for (String each : StringUtils.split(StringUtils.substringAfter(text, ":"), ',')) {
      String key = StringUtils.substringBefore(each, "=").strip();
      String value = StringUtils.substringAfter(each, "=").strip();
      boolean isFirst = place.isEmpty() && values.isEmpty();
      if ((isFirst && !key.matches("[a-z]+")) || !each.contains("=")) {
        place = each.strip();
      } else if (value.isEmpty() || values.put(key, value) != null) {
        throw new IllegalArgumentException(
            "judge \"%s\": \"%s\": expected key=value, each key once".formatted(text, each));
      }
    }
    return new JudgeSettings(kind, place, values);
  }

  /**
   * What its verdicts are called: the model that was given, if all that the kind says of it is the
   * format in which it is asked; or the kind.
   */
  public String name() {
    if (!kind.startsWith("llama-guard")) {
      return kind;
    }
    String model =
        isServed()
            ? StringUtils.substringBefore(place, "@")
            : Path.of(place).toAbsolutePath().normalize().toString();
    return FilenameUtils.getName(model).replaceAll("[^A-Za-z0-9._-]+", "-");
  }

  /** Whether the judge is asked over the network. */
  boolean isServed() {
    return Endpoint.isNamed(place);
  }

  /** The place, which must be given. */
  String requirePlace(String what) {
    if (place.isEmpty()) {
      throw new IllegalArgumentException("judge %s needs %s: %s:...".formatted(kind, what, kind));
    }
    return place;
  }

  /** The value of a key. */
  Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** A whole number, 1 or more. */
  int number(String key, int otherwise) {
    String text = get(key).orElse(Integer.toString(otherwise));
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException(
          "judge %s: %s is %s: expected a number from 1".formatted(kind, key, text));
    }
    return Integer.parseInt(text);
  }

  /** Refuses keys other than these and those of a served model. */
  void requireModelAnd(String... known) {
    requireOnly(ArrayUtils.addAll(known, isServed() ? SERVED : new String[0]));
  }

  /** Whether the judge asks a model, which takes time or costs money. */
  public boolean asksModel() {
    return !place.isEmpty() && !kind.equals("lexicon");
  }

  /** Refuses keys that this kind does not know. */
  void requireOnly(String... known) {
    List<String> names = new ArrayList<>(List.of(known));
    for (String key : values.keySet()) {
      if (!names.contains(key)) {
        throw new IllegalArgumentException(
            names.isEmpty()
                ? "judge %s has no setting %s".formatted(kind, key)
                : "judge %s: unknown key \"%s\"; did you mean \"%s\"?"
                    .formatted(kind, key, Nearest.to(key, names)));
      }
    }
  }
}
