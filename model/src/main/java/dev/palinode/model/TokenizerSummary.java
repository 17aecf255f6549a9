package dev.palinode.model;

import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.ChatTemplateCheck;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.TokenizerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Summary of a folder's tokenizer, without opening the tokenizer.
 *
 * @param tokens number of tokens
 * @param rows that a model needs for them: the largest id plus one
 * @param named special tokens that have a name: {@code bos_token}, {@code eos_token} and the like
 * @param ends end-of-text tokens; may be empty
 * @param resetId of {@link LoadedModel#RESET}; empty if there is none
 * @param template the chat template
 */
public record TokenizerSummary(
    int tokens,
    int rows,
    List<Token> named,
    List<Token> ends,
    OptionalInt resetId,
    ChatTemplateCheck template) {
  /**
   * A token.
   *
   * @param name such as {@code bos_token}; empty if it has none
   * @param spelling empty if the tokenizer has no such id
   * @param id empty if the tokenizer has no such token
   */
  public record Token(String name, String spelling, OptionalInt id) {}

  public TokenizerSummary {
    named = List.copyOf(named);
    ends = List.copyOf(ends);
  }

  /**
   * Reads the summary of a folder's tokenizer.
   *
   * @throws java.io.UncheckedIOException if it has none, or a file cannot be read
   * @throws IllegalArgumentException if a file is invalid
   */
  public static TokenizerSummary of(Path folder) {
    try (HuggingFaceTokenizer vocabulary = HuggingFaceTokenizer.openVocabulary(folder)) {
      List<Token> named = new ArrayList<>();
      for (Map.Entry<String, String> each : TokenizerConfig.read(folder).namedTokens().entrySet()) {
        named.add(new Token(each.getKey(), each.getValue(), vocabulary.idOf(each.getValue())));
      }
      Set<Integer> endIds = ChatFormats.endOfTextIds(folder, vocabulary);
      return new TokenizerSummary(
          vocabulary.size(),
          vocabulary.vocabSize(),
          named,
          endIds.stream()
              .map(id -> new Token("", vocabulary.tokenOf(id).orElse(""), OptionalInt.of(id)))
              .toList(),
          vocabulary.idOf(LoadedModel.RESET),
          ChatTemplateCheck.of(folder, vocabulary, endIds));
    }
  }
}
