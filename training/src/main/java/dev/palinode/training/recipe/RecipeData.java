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
 * The examples of a recipe, as token ids that fit, and what became of the rows of its data.
 *
 * @param examples to train on and to validate with, in the order of the rows
 * @param imported rows kept and dropped
 * @param cut examples that fit after their oldest exchanges were left out
 * @param tooLong examples that do not fit
 */
record RecipeData(HeldOut<TokenizedExample> examples, ImportReport imported, int cut, int tooLong) {
  /**
   * Reads a file, or those of a folder.
   *
   * @param made the examples that are made of each one of the data
   * @param longest tokens of the longest sequence that the method may make of an example
   * @throws IOException if it cannot be read, is damaged, or nothing of it is left
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
          String.format(
              Locale.ROOT,
              "%s: nothing is left to train on: %s, %d too long for max_length",
              data.data(),
              imported,
              tokenizer.dropped()));
    }
    return new RecipeData(
        HeldOut.split(examples, questions, data.validationShare(), settings.seed()),
        imported,
        tokenizer.cut(),
        tokenizer.dropped());
  }

  /**
   * What methods with a reset make of an example: a reset withdraws an answer from its beginning,
   * so there is nothing that two answers could have in common before it.
   */
  static List<SftExample> withoutOpening(SftExample example) {
    return List.of(example.withoutOpening());
  }

  /**
   * This data, if an example has two answers.
   *
   * @param settings whose data this is
   * @param lacking what no example has, and what then is not taught
   * @throws IOException if none has
   */
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

  /** Number of examples, on both sides. */
  int size() {
    return examples.training().size() + examples.validation().size();
  }

  /** In a line for people. */
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
