package dev.palinode.chat;

import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerConfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a model folder has a chat template, and whether it works.
 *
 * @param file which of the folder's files has it; empty if there is none
 * @param problem why it cannot lay out a question and its answer; empty if it can, or there is none
 */
public record ChatTemplateCheck(Optional<String> file, Optional<String> problem) {
  /**
   * Tries the template of a folder.
   *
   * @param tokenizer asked for its special tokens only
   * @param ends the ids at which the model ends a text
   * @throws java.io.UncheckedIOException if a file cannot be read
   * @throws IllegalArgumentException if a file is not what it should be
   */
  public static ChatTemplateCheck of(Path folder, Tokenizer tokenizer, Set<Integer> ends) {
    Optional<String> file = TemplateFiles.fileOfDefault(folder, TokenizerConfig.read(folder));
    if (file.isEmpty()) {
      return new ChatTemplateCheck(file, Optional.empty());
    }
    try {
      // Made, it has laid out a question with its answer.
      ChatFormats.of(folder, tokenizer, TokenizerConfig.DEFAULT_TEMPLATE, ends);
      return new ChatTemplateCheck(file, Optional.empty());
    } catch (IllegalArgumentException e) {
      return new ChatTemplateCheck(file, Optional.of(String.valueOf(e.getMessage())));
    }
  }
}
