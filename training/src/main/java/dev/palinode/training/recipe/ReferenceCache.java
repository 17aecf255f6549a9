package dev.palinode.training.recipe;

import dev.palinode.model.Transformer;
import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.SafetensorsFile;
import dev.palinode.tensor.SafetensorsWriter;
import dev.palinode.tensor.Tensor;
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

  /** The scores of these pairs, if they were computed before and the first process has them. */
  Optional<List<ReferencedPair>> find(List<TokenizedPair> pairs, Processes processes)
      throws IOException {
    double[] scores = new double[2 * pairs.size()];
    boolean found = processes.isFirst() && read(file(pairs), scores);
    if (processes.fromFirst(found ? 1 : 0)[0] == 0) {
      return Optional.empty();
    }
    return Optional.of(joined(pairs, processes.fromFirst(scores)));
  }

  private static boolean read(Path file, double[] scores) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      float[] chosen = stored.read("chosen").toFloats();
      float[] rejected = stored.read("rejected").toFloats();
      for (int i = 0; i < chosen.length; i++) {
        scores[i] = chosen[i];
        scores[chosen.length + i] = rejected[i];
      }
      return true;
    }
  }

  /** Computes and keeps the scores; each process has a part of the work, and all of the result. */
  List<ReferencedPair> score(Transformer reference, List<TokenizedPair> pairs, Processes processes)
      throws IOException {
    double[] own = new double[2 * pairs.size()];
    List<Integer> places = new ArrayList<>();
    for (int i = processes.rank(); i < pairs.size(); i += processes.size()) {
      places.add(i);
    }
    List<ReferencedPair> scored;
    try (Autocast cast = model.precision().on(reference.device())) {
      scored = ReferenceScores.of(reference, places.stream().map(pairs::get).toList(), maxTokens);
    }
    for (int i = 0; i < scored.size(); i++) {
      own[places.get(i)] = (float) scored.get(i).chosen(); // as they are kept
      own[pairs.size() + places.get(i)] = (float) scored.get(i).rejected();
    }
    double[] scores = processes.sum(own);
    if (processes.isFirst()) {
      write(file(pairs), scores);
    }
    processes.barrier();
    return joined(pairs, scores);
  }

  private static void write(Path file, double[] scores) throws IOException {
    int pairs = scores.length / 2;
    try (TensorScope scope = TensorScope.open()) {
      Tensor all = Tensors.of(scores, 2, pairs).to(DType.F32);
      SafetensorsWriter.write(
          file, Map.of("chosen", all.select(0, 0), "rejected", all.select(0, 1)));
    }
  }

  private Path file(List<TokenizedPair> pairs) {
    Fingerprint fingerprint = new Fingerprint().text(weights).text(model.precision().name());
    for (TokenizedPair pair : pairs) {
      fingerprint.ids(pair.prompt()).ids(pair.chosen()).ids(pair.rejected());
    }
    String name = "reference-" + fingerprint.hex().substring(0, 16) + ".safetensors";
    return model.output().resolve("references").resolve(name);
  }

  private static List<ReferencedPair> joined(List<TokenizedPair> pairs, double[] scores) {
    List<ReferencedPair> joined = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      joined.add(new ReferencedPair(pairs.get(i), scores[i], scores[pairs.size() + i]));
    }
    return joined;
  }
}
