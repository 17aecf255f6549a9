package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.ImportReport;
import dev.palinode.data.SftExample;
import dev.palinode.training.objective.TokenizedExample;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The examples of a recipe, as token ids that fit, and what became of the rows of its data.
 *
 * @param examples in the order of the rows
 * @param imported rows kept and dropped
 * @param cut examples that fit after their oldest exchanges were left out
 * @param tooLong examples that do not fit
 */
record RecipeData(List<TokenizedExample> examples, ImportReport imported, int cut, int tooLong) {
  /**
   * Reads a file, or those of a folder.
   *
   * @param made the examples that are made of each one of the data
   * @param longest tokens of the longest sequence that the method may make of an example
   * @throws IOException if it cannot be read, is damaged, or nothing of it is left
   */
  static RecipeData read(
      DataSettings settings,
      RecipeModel model,
      Function<SftExample, List<SftExample>> made,
      ToIntFunction<TokenizedExample> longest)
      throws IOException {
    ExampleTokenizer tokenizer =
        new ExampleTokenizer(
            model.format(),
            longest,
            Math.min(settings.maxLength(), model.config().contextLength()),
            settings.overlong());
    ImportReport imported =
        TrainingRows.read(settings, example -> made.apply(example).forEach(tokenizer::add));
    if (tokenizer.examples().isEmpty()) {
      throw new IOException(
          settings.data()
              + ": nothing is left to train on: "
              + imported
              + ", "
              + tokenizer.dropped()
              + " too long for max_length");
    }
    return new RecipeData(tokenizer.examples(), imported, tokenizer.cut(), tokenizer.dropped());
  }

  /**
   * What methods with a reset make of an example: a reset takes back an answer from its beginning,
   * so there is nothing that two answers could have in common before it.
   */
  static List<SftExample> fromItsBeginning(SftExample example) {
    return List.of(example.withoutOpening());
  }

  /** In a line for people. */
  String words() {
    return String.format(
            Locale.ROOT,
            "data: %,d rows read, %,d left out as they are of no use; %,d examples, of which %,d",
            imported.read(),
            imported.droppedTotal(),
            examples.size(),
            cut)
        + String.format(Locale.ROOT, " cut; %,d dropped as too long", tooLong);
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("rows_read", imported.read()).put("rows_kept", imported.kept());
    ObjectNode reasons = json.putObject("rows_dropped");
    imported.dropped().forEach((reason, count) -> reasons.put(reason.name(), count));
    json.put("examples", examples.size());
    json.put("examples_cut", cut).put("examples_too_long", tooLong);
    return json;
  }
}
