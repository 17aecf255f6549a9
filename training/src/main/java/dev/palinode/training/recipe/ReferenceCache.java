package dev.palinode.training.recipe;

import dev.palinode.model.Transformer;
import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.SafetensorsFile;
import dev.palinode.tensor.SafetensorsWriter;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.training.objective.ReferenceScores;
import dev.palinode.training.objective.ReferencedPair;
import dev.palinode.training.objective.TokenizedPair;
import dev.palinode.training.parallel.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scores of pairs under a recipe's reference model, kept in the output folder under a hash of
 * model, precision and pairs: a run that goes on, or is repeated, does not compute them again.
 */
final class ReferenceCache {
  private final ModelSettings model;
  private final String weights;
  private final int maxTokens;

  /**
   * @param weights fingerprint of the model
   * @param maxTokens tokens in one forward pass
   */
  ReferenceCache(ModelSettings model, String weights, int maxTokens) {
    this.model = model;
    this.weights = weights;
    this.maxTokens = maxTokens;
  }

  /** The scores of these pairs, if they were computed before. */
  Optional<List<ReferencedPair>> find(List<TokenizedPair> pairs) throws IOException {
    Path file = file(pairs);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      return Optional.of(
          joined(pairs, stored.read("chosen").toFloats(), stored.read("rejected").toFloats()));
    }
  }

  /** Computes and keeps the scores; each process has a part of the work, and all of the result. */
  List<ReferencedPair> score(Transformer reference, List<TokenizedPair> pairs, Processes processes)
      throws IOException {
    float[] scores = new float[2 * pairs.size()];
    List<Integer> places = new ArrayList<>();
    for (int i = processes.rank(); i < pairs.size(); i += processes.size()) {
      places.add(i);
    }
    List<TokenizedPair> own = places.stream().map(pairs::get).toList();
    List<ReferencedPair> scored;
    try (Autocast cast = model.precision().on(reference.device())) {
      scored = ReferenceScores.of(reference, own, maxTokens);
    }
    for (int i = 0; i < scored.size(); i++) {
      scores[places.get(i)] = (float) scored.get(i).chosen();
      scores[pairs.size() + places.get(i)] = (float) scored.get(i).rejected();
    }
    processes.sum(scores);
    float[] chosen = Arrays.copyOf(scores, pairs.size());
    float[] rejected = Arrays.copyOfRange(scores, pairs.size(), scores.length);
    if (processes.isFirst()) {
      try (TensorScope scope = TensorScope.open()) {
        SafetensorsWriter.write(
            file(pairs),
            Map.of(
                "chosen",
                Tensors.of(chosen, chosen.length),
                "rejected",
                Tensors.of(rejected, rejected.length)));
      }
    }
    processes.barrier();
    return joined(pairs, chosen, rejected);
  }

  private Path file(List<TokenizedPair> pairs) {
    Fingerprint fingerprint = new Fingerprint().text(weights).text(model.precision().name());
    for (TokenizedPair pair : pairs) {
      fingerprint.ids(pair.prompt()).ids(pair.chosen()).ids(pair.rejected());
    }
    String name = "reference-" + fingerprint.hex().substring(0, 16) + ".safetensors";
    return model.output().resolve("references").resolve(name);
  }

  private static List<ReferencedPair> joined(
      List<TokenizedPair> pairs, float[] chosen, float[] rejected) {
    List<ReferencedPair> joined = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      joined.add(new ReferencedPair(pairs.get(i), chosen[i], rejected[i]));
    }
    return joined;
  }
}
