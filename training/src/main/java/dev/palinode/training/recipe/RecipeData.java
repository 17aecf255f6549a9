package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.SftExample;
import dev.palinode.training.objective.TokenizedExample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * The tokenised examples of a recipe, with counts of kept and dropped rows.
 *
 * @param examples to train on and to validate with, in the order of the rows
 * @param imported rows kept and dropped
 * @param cut examples that were truncated to fit
 * @param tooLong examples dropped as too long
 */
record RecipeData(HeldOut<TokenizedExample> examples, ImportReport imported, int cut, int tooLong) {
  /**
   * Reads a data file, or those of a folder.
   *
   * @param made the examples to train on, for each one of the data
   * @param longest tokens of the longest sequence that the method may make of an example
   * @throws IOException if it cannot be read, is damaged, or no example is left
   */
  static RecipeData read(
      CommonSettings settings,
      RecipeModel model,
      Function<SftExample, List<SftExample>> made,
      ToIntFunction<TokenizedExample> longest)
      throws IOException {
    DataSettings data = settings.data();
    int maxLength = Math.min(data.maxLength(), model.config().contextLength());
    ExampleTokenizer tokenizer =
        new ExampleTokenizer(model.format(), longest, maxLength, data.overlong());
    List<TokenizedExample> examples = new ArrayList<>();
    List<List<String>> questions = new ArrayList<>(); // of each of the examples
    ImportReport imported =
        TrainingRows.read(
            data,
            row -> {
              for (SftExample example : made.apply(row)) {
                tokenizer
                    .tokenize(example)
                    .ifPresent(
                        fitting -> {
                          examples.add(fitting);
                          questions.add(row.questions());
                        });
              }
            });
    if (examples.isEmpty()) {
      throw new IOException(
          "%s: nothing is left to train on: %s, %s too long for max_length"
              .formatted(data.data(), imported, tokenizer.dropped()));
    }
    return new RecipeData(
        HeldOut.split(examples, questions, data.validationFraction(), settings.seed()),
        imported,
        tokenizer.cut(),
        tokenizer.dropped());
  }

  /**
   * Mapping of an example for methods with a reset: a reset withdraws the answer from its
   * beginning, so there is no common opening.
   */
  static List<SftExample> withoutOpening(SftExample example) {
    return List.of(example.withoutOpening());
  }

  /** Returns this data if an example has two answers; {@code lacking} ends the message if not. */
  RecipeData requireTwoAnswers(CommonSettings settings, String lacking) throws IOException {
    boolean any =
        Stream.concat(examples.training().stream(), examples.validation().stream())
            .anyMatch(TokenizedExample::hasUnsafe);
    if (!any) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%s: none of the %,d examples %s",
              settings.data().data(),
              size(),
              lacking));
    }
    return this;
  }

  int size() {
    return examples.training().size() + examples.validation().size();
  }

  String summary() {
    return String.format(
        Locale.ROOT,
        "data: %,d rows read, %,d left out; %,d examples, of which %,d cut; %,d dropped as too long",
        imported.read(),
        imported.droppedTotal(),
        size(),
        cut,
        tooLong);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rows_read", imported.read()).put("rows_kept", imported.kept());
    ObjectNode reasons = json.putObject("rows_dropped");
    imported.dropped().forEach((reason, count) -> reasons.put(reason.name(), count));
    json.put("examples", size());
    json.put("examples_held_out", examples.validation().size());
    json.put("examples_cut", cut).put("examples_too_long", tooLong);
    return json;
  }
}
