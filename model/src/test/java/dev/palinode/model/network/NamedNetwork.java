package dev.palinode.model.network;

import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.config.TinyModels;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A network that tests go over, in any form for inference.
 *
 * @param name for people
 */
public record NamedNetwork(String name, Source source) {
  /** Opens it; the caller closes it. */
  @FunctionalInterface
  public interface Source {
    Transformer open(WeightType form) throws IOException;
  }

  /** A random one for each variation of the network. */
  public static Stream<NamedNetwork> tiny() {
    return Arrays.stream(TinyModels.values())
        .map(model -> new NamedNetwork(model.name(), form -> tiny(model, form)));
  }

  private static Transformer tiny(TinyModels model, WeightType form) {
    try (Transformer trainable = model.random(7)) {
      return trainable.forInference(form);
    }
  }

  /** The checkpoints among the fixtures, and one that has been trained, if it is there. */
  public static Stream<NamedNetwork> checkpoints() throws IOException {
    List<NamedNetwork> networks = new ArrayList<>();
    try (Stream<Path> all = Files.list(Fixtures.fixture("models"))) {
      all.sorted()
          .forEach(
              folder -> networks.add(checkpoint("models/" + folder.getFileName(), () -> folder)));
    }
    networks.add(checkpoint("stories260K", () -> Fixtures.model("stories260K/hf")));
    return networks.stream();
  }

  private static NamedNetwork checkpoint(String name, Supplier<Path> folder) {
    return new NamedNetwork(
        name, form -> Checkpoint.open(folder.get()).load(LoadOptions.DEFAULT.withWeights(form)));
  }

  @Override
  public String toString() {
    return name;
  }
}
