package dev.palinode.model.lora;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Summary of an adapter, from its configuration and the header of its weights: no weight is read.
 *
 * @param settings from the configuration
 * @param baseModel name or path of the model that it was trained on, if the configuration says
 * @param layers number of linear layers that it changes
 * @param ranks of these layers: a single one unless {@code rank_pattern} adds others
 * @param parameters number of weights
 * @param bytes size of the weights file
 * @param types element types on disk
 * @param problems why it cannot be loaded, as far as that is known without the base model
 */
public record AdapterSummary(
    LoraSettings settings,
    Optional<String> baseModel,
    int layers,
    Set<Long> ranks,
    long parameters,
    long bytes,
    Set<DType> types,
    List<String> problems) {
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  public AdapterSummary {
    problems = List.copyOf(problems);
  }

  /**
   * Reads the summary of a PEFT folder; throws if its configuration cannot be used. What is wrong
   * with its weights is listed in {@link #problems}.
   */
  public static AdapterSummary of(Path folder) throws IOException {
    PeftFolder peft = PeftFolder.open(folder);
    Path file = folder.resolve(PeftFolder.WEIGHTS);
    if (!Files.isRegularFile(file)) {
      return broken(peft, folder + " has no " + PeftFolder.WEIGHTS);
    }
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      return of(peft, weights, file);
    } catch (IOException e) {
      return broken(peft, String.valueOf(e.getMessage()));
    }
  }

  private static AdapterSummary broken(PeftFolder peft, String problem) {
    return new AdapterSummary(
        peft.settings(), peft.baseModel(), 0, Set.of(), 0, 0, Set.of(), List.of(problem));
  }

  private static AdapterSummary of(PeftFolder peft, SafetensorsFile weights, Path file)
      throws IOException {
    Set<String> left = new LinkedHashSet<>(weights.names());
    Set<Long> ranks = new TreeSet<>();
    Set<DType> types = EnumSet.noneOf(DType.class);
    List<String> problems = new ArrayList<>();
    int layers = 0;
    long parameters = 0;
    for (String name : weights.names()) {
      parameters += weights.elements(name);
      types.add(weights.dtype(name));
      if (name.endsWith(A)) {
        String other = name.substring(0, name.length() - A.length()) + B;
        left.remove(name);
        if (left.remove(other)) {
          layers++;
          rank(weights, name, other, problems).ifPresent(ranks::add);
        } else {
          problems.add(Printable.quote(name) + " has no " + B.substring(1) + " beside it");
        }
      }
    }
    for (Map.Entry<String, List<Integer>> rows : peft.settings().tokenRows().entrySet()) {
      requireRows(weights, rows.getKey(), rows.getValue().size(), left, problems);
    }
    for (String name : left) {
      problems.add(Printable.quote(name) + " is left over");
    }
    return new AdapterSummary(
        peft.settings(),
        peft.baseModel(),
        layers,
        ranks,
        parameters,
        Files.size(file),
        types,
        problems.isEmpty()
            ? problems
            : List.of(
                file + " is no adapter that can be used:\n  " + String.join("\n  ", problems)));
  }

  private static Optional<Long> rank(
      SafetensorsFile weights, String a, String b, List<String> problems) {
    long[] inner = weights.shape(a);
    long[] outer = weights.shape(b);
    if (inner.length == 2 && outer.length == 2 && inner[0] == outer[1]) {
      return Optional.of(inner[0]);
    }
    problems.add(
        "%s is %s, but %s is %s: expected [rank, in] and [out, rank]"
            .formatted(Printable.quote(a), Arrays.toString(inner), b, Arrays.toString(outer)));
    return Optional.empty();
  }

  private static void requireRows(
      SafetensorsFile weights, String table, int tokens, Set<String> left, List<String> problems) {
    String wanted = TokenRows.parameterName(table);
    for (String name : weights.names()) {
      if (PeftFolder.withoutPrefix(name).equals(wanted)) {
        left.remove(name);
        long[] shape = weights.shape(name);
        if (shape.length != 2 || shape[0] != tokens) {
          problems.add(
              "%s is %s: expected [%s, hidden], a row for each of trainable_token_indices"
                  .formatted(wanted, Arrays.toString(shape), tokens));
        }
        return;
      }
    }
    problems.add(wanted + " is missing");
  }
}
