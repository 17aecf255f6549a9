package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The shipped recipes on a tiny random model and 48 invented rows, a third of them utility data.
 */
final class SmallRecipes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path model = model();
  private final Path data;

  SmallRecipes(Path folder) throws IOException {
    Random random = new Random(1);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 48; i++) {
      ObjectNode row = JSON.createObjectNode();
      row.put("prompt", words(random)).put("chosen", words(random));
      if (i % 3 > 0) {
        row.put("rejected", words(random));
      }
      rows.add(row.toString());
    }
    data = Files.write(folder.resolve("data.jsonl"), rows);
  }

  private static String words(Random random) {
    List<String> all = List.of("the", "visit", "is", "on", "monday", "call", "me", "later", "no");
    StringBuilder text = new StringBuilder("a");
    for (int i = 0; i < 1 + random.nextInt(6); i++) {
      text.append(' ').append(all.get(random.nextInt(all.size())));
    }
    return text.toString();
  }

  static Path model() {
    return Fixtures.fixture("models/llama");
  }

  static Path file(String recipe) {
    return Path.of(System.getProperty("palinode.root", ".."), "recipes", recipe + ".yaml");
  }

  List<String> overrides(Path output, String... settings) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "model=" + model,
                "data=" + data,
                "data_format=preference",
                "chat_format=default",
                "output=" + output,
                "batch_size=4",
                "micro_batch_tokens=100",
                "validation_fraction=0.1",
                "validate_every=5",
                "patience=0"));
    overrides.addAll(List.of(settings));
    return overrides;
  }

  Recipe recipe(String name, Path output, String... settings) throws IOException {
    return Recipe.of(RecipeFile.read(file(name), overrides(output, settings)));
  }
}
