package dev.palinode.demo.story;

import java.nio.file.Path;
import java.util.List;

/**
 * A command of the story, as a user would give it to {@code palinode}.
 *
 * @param step name of the step that it belongs to
 * @param model id of the model that it measures
 * @param seconds that it takes about, on one core
 * @param output folder of its run, the last of the arguments
 * @param arguments without the program's name
 */
public record StoryCommand(
    String step, String model, long seed, double seconds, Path output, List<String> arguments) {
  public StoryCommand {
    arguments = List.copyOf(arguments);
  }
}
