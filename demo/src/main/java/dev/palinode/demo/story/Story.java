package dev.palinode.demo.story;

import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.SeedFolder;
import dev.palinode.demo.WorldFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.text.StringSubstitutor;
import org.jspecify.annotations.Nullable;

/**
 * What {@code palinode demo} does with the models of the safety world once they are trained: a list
 * of ordinary commands, read from {@code story.yaml}.
 */
public record Story(List<Step> steps) {
  private static final String SECONDS = "seconds";

  public Story {
    steps = List.copyOf(steps);
  }

  /** The story as it is shipped. */
  public static Story shipped() {
    return WorldFiles.read(Story.class, "story.yaml", Story.class);
  }

  /**
   * A command for several models.
   *
   * @param name of the step, in paths
   * @param models ids; the command is given once for each, and for each seed
   * @param command arguments of {@code palinode} with placeholders in braces: {@code {model}} and
   *     {@code {data}} are the folders of the model and of the seed's data
   * @param quick values of the other placeholders in a quick story, and of {@code seconds}, which
   *     the command takes on one core; null leaves the step out. Likewise the next two
   */
  public record Step(
      String name,
      List<String> models,
      List<String> command,
      @Nullable Map<String, String> quick,
      @Nullable Map<String, String> standard,
      @Nullable Map<String, String> full) {
    private @Nullable Map<String, String> values(StoryLength length) {
      return switch (length) {
        case QUICK -> quick;
        case STANDARD -> standard;
        case FULL -> full;
      };
    }
  }

  /**
   * All commands: step by step, then by seed and model.
   *
   * @throws IllegalArgumentException if a placeholder has no value
   */
  public List<StoryCommand> commands(StoryLength length, ExperimentPlan plan) {
    List<StoryCommand> commands = new ArrayList<>();
    for (Step step : steps) {
      Map<String, String> values = step.values(length);
      if (values == null) {
        continue;
      }
      for (long seed : plan.seeds()) {
        SeedFolder folder = new SeedFolder(plan, seed);
        for (String model : step.models()) {
          Path output = plan.folder(seed).resolve(name(length)).resolve(step.name() + "-" + model);
          commands.add(command(step, values, model, folder, output));
        }
      }
    }
    return commands;
  }

  private static String name(StoryLength length) {
    return length.name().toLowerCase(Locale.ROOT);
  }

  private static StoryCommand command(
      Step step, Map<String, String> given, String model, SeedFolder folder, Path output) {
    Map<String, String> values = new HashMap<>(given);
    values.put("model", folder.model(model).toString());
    values.put("data", folder.data().toString());
    StringSubstitutor filled =
        new StringSubstitutor(values, "{", "}").setEnableUndefinedVariableException(true);
    List<String> arguments = new ArrayList<>(step.command().stream().map(filled::replace).toList());
    arguments.addAll(List.of("--output", output.toString()));
    double seconds = Double.parseDouble(filled.replace("{" + SECONDS + "}"));
    return new StoryCommand(step.name(), model, folder.seed(), seconds, output, arguments);
  }
}
