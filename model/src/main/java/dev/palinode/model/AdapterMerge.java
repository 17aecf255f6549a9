package dev.palinode.model;

import dev.palinode.io.AtomicFolder;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.model.network.Transformer;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;

/**
 * Merges adapters into one model that computes the same without them, for programs that do not
 * support adapters.
 *
 * <p>Tokens that an adapter {@linkplain PeftFolder#tokensWith adds} become tokens of the model. The
 * sums are computed in F32 and stored in the base's element type. All weights are in memory at
 * once, at four bytes each.
 *
 * @param base the model folder
 * @param adapters PEFT folders, one or more
 */
public record AdapterMerge(Path base, List<Path> adapters) {
  public AdapterMerge {
    adapters = List.copyOf(adapters);
    Validate.isTrue(!adapters.isEmpty(), "no adapter is given: expected one or more to merge");
  }

  /**
   * Writes the merged model, with tokenizer and chat template as {@link LoadedModel#open(Path,
   * dev.palinode.model.checkpoint.LoadOptions, List)} chooses them.
   *
   * @param target none of the inputs
   * @param progress gets a line for each stage
   * @throws IOException if a folder cannot be read or written, or an adapter does not fit
   * @throws IllegalArgumentException if the target is an input, an adapter is given twice, or the
   *     tokenizer does not fit the model
   */
  public void write(Path target, Consumer<String> progress) throws IOException {
    ModelSources parts = new ModelSources(base, adapters);
    Checkpoint.requireNotAmong(Stream.concat(Stream.of(base), adapters.stream()).toList(), target);
    List<PeftFolder> peft = parts.openAdapters();
    Checkpoint checkpoint = parts.openCheckpoint(peft);
    // Errors are reported before any weight is read.
    if (Files.isRegularFile(parts.tokenizerFolder().resolve(TokenizerFiles.TOKENIZER))) {
      parts.openTokenizer(checkpoint.config()).close();
    }
    progress.accept("reading " + base);
    try (Transformer model = checkpoint.load()) {
      for (int i = 0; i < peft.size(); i++) {
        progress.accept("merging " + adapters.get(i));
        try (LoraAdapter adapter = peft.get(i).load(model)) {
          adapter.mergeInto(model);
        }
      }
      progress.accept("writing " + target);
      AtomicFolder.fill(
          target,
          folder -> {
            checkpoint.save(model, folder);
            TokenizerFiles.copy(parts.tokenizerFolder(), folder);
          });
    }
  }
}
