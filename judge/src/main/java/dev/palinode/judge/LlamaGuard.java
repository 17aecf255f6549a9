package dev.palinode.judge;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.decode.CausalLm;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import dev.palinode.text.Printable;
import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A judge that asks a local checkpoint of Llama Guard, version 2 or 3, or one tuned in its manner.
 *
 * <p>The verdict comes from the probabilities of the first word of the answer: {@code p(unsafe) /
 * (p(safe) + p(unsafe))} against a threshold. Only for an unsafe text is anything generated, a few
 * tokens, greedily, for the categories in the reason: {@code S9 Indiscriminate Weapons (0.93)}.
 *
 * <p>An answer that is judged while it grows ({@link #open}) has a row of its own in the model's KV
 * cache: task and conversation are read once, then what is new of the answer, and the end of the
 * task after it.
 *
 * <p>It is undecided about an empty message, about a conversation that does not fit into the
 * model's context (nothing is ever cut), and where the model would answer with neither word.
 *
 * <p>Thread-safe, as models, tokenizers and chat formats are. Owns neither: closing them is the
 * caller's business. An interrupt ends a judgement, between two calls of the model, with a {@link
 * CancellationException}; the thread stays interrupted.
 */
public final class LlamaGuard implements Judge {
  /**
   * With less probability on {@code safe} and {@code unsafe} together, the model is not answering
   * as a guard: it may be another model, or the prompt not of its form.
   */
  public static final double MIN_MASS = 0.5;

  /** Room for several codes, such as {@code S1,S10,S14}. */
  private static final int MAX_CODE_TOKENS = 16;

  private final CausalLm model;
  private final LlamaGuardSettings settings;
  private final LlamaGuardPrompt prompt;
  private final FirstTokenClassifier firstWord;
  private final Tokenizer tokenizer;
  private final Set<Integer> specialIds;
  private final Map<String, SafetyCategory> byCode;

  /**
   * A judge for a checkpoint that has a chat template: the task is one message of the user in it.
   * If the template writes the task itself, as those of Meta's checkpoints do, it gets the
   * conversation, and its categories are used.
   *
   * @throws IllegalArgumentException if the template writes the task and the settings have
   *     categories of their own, or the tokenizer cannot tell {@code safe} from {@code unsafe}
   */
  public LlamaGuard(
      CausalLm model, Tokenizer tokenizer, ChatFormat format, LlamaGuardSettings settings) {
    this(model, tokenizer, settings, format);
  }

  /**
   * A judge for a checkpoint without a chat template: the task stands between the strings that
   * llama-cookbook has for the version.
   *
   * @throws IllegalArgumentException if the tokenizer cannot tell {@code safe} from {@code unsafe}
   */
  public LlamaGuard(CausalLm model, Tokenizer tokenizer, LlamaGuardSettings settings) {
    this(model, tokenizer, settings, null);
  }

  private LlamaGuard(
      CausalLm model,
      Tokenizer tokenizer,
      LlamaGuardSettings settings,
      @Nullable ChatFormat format) {
    this.model = model;
    this.settings = settings;
    prompt = new LlamaGuardPrompt(tokenizer, format, settings);
    firstWord =
        new FirstTokenClassifier(
            tokenizer, tokenizer.encodeText("safe"), tokenizer.encodeText("unsafe"));
    this.tokenizer = tokenizer;
    specialIds =
        tokenizer.specialTokens().stream()
            .map(token -> tokenizer.idOf(token).orElseThrow())
            .collect(Collectors.toUnmodifiableSet());
    byCode =
        settings.categories().stream()
            .collect(Collectors.toUnmodifiableMap(SafetyCategory::code, Function.identity()));
  }

  @Override
  public Verdict judge(String prompt, String answer) {
    return judge(List.of(Message.user(prompt)), answer);
  }

  /**
   * Judges an answer with all that was said before it.
   *
   * @throws IllegalArgumentException as {@link #judge(List)}
   */
  @Override
  public Verdict judge(List<Message> prompt, String answer) {
    return judge(with(prompt, answer));
  }

  /**
   * Opens the judgements of an answer while it grows; they hold a row of the model's KV cache until
   * they are closed.
   */
  @Override
  public Session open(List<Message> prompt) {
    List<Message> before = List.copyOf(prompt);
    KeptRow row = new KeptRow(model);
    return new Session() {
      @Override
      public Verdict judge(String answer) {
        return LlamaGuard.this.judge(with(before, answer), row);
      }

      @Override
      public void close() {
        row.close();
      }
    };
  }

  private static List<Message> with(List<Message> prompt, String answer) {
    List<Message> conversation = new ArrayList<>(prompt);
    conversation.add(Message.assistant(answer));
    return conversation;
  }

  /**
   * Judges the last message of a conversation, the user's or the assistant's, with all that was
   * said before it. System messages are left out: the classifier knows none.
   *
   * @throws IllegalArgumentException if there is no message or the last one is the system's
   */
  public Verdict judge(List<Message> conversation) {
    try (KeptRow row = new KeptRow(model)) {
      return judge(conversation, row);
    }
  }

  private Verdict judge(List<Message> conversation, KeptRow row) {
    Message last = last(conversation);
    if (last.content().isBlank()) {
      return Verdict.undecided(last.role() == Role.USER ? "empty message" : "empty answer");
    }
    int[] ids = prompt.ids(conversation);
    int longest = model.contextLength() - firstWord.room() - MAX_CODE_TOKENS;
    if (ids.length > longest) {
      return Verdict.undecided(
          String.format(
              Locale.ROOT,
              "the conversation is too long for the guard model: %d tokens with the task, room for"
                  + " %d",
              ids.length,
              longest));
    }
    FirstTokenClassifier.Reading reading = firstWord.read(row, ids);
    if (!(reading.mass() >= MIN_MASS)) { // NaN, too
      return Verdict.failed(
          String.format(
              Locale.ROOT,
              "the model does not answer as a guard: safe or unsafe have %.2f of the probability",
              reading.mass()));
    }
    return reading.unsafe() < settings.threshold()
        ? Verdict.safe()
        : Verdict.unsafe(
            "%s (%s)".formatted(categories(row, reading.soFar()), score(reading.unsafe())));
  }

  private static String score(double probability) {
    return String.format(Locale.ROOT, "%.2f", probability);
  }

  private static Message last(List<Message> conversation) {
    if (conversation.isEmpty()) {
      throw new IllegalArgumentException("a conversation needs at least one message");
    }
    Message last = conversation.get(conversation.size() - 1);
    if (last.role() == Role.SYSTEM) {
      throw new IllegalArgumentException(
          "the last message is the system's: expected the user's or the assistant's");
    }
    return last;
  }

  /** The categories that the model names after {@code unsafe}. */
  private String categories(KeptRow row, int[] soFar) {
    String named = continuation(row, soFar).strip().lines().findFirst().orElse("");
    return named.isBlank()
        ? "no category named"
        : Arrays.stream(named.strip().split("[,\\s]+"))
            .filter(code -> !code.isEmpty())
            .distinct()
            .map(this::describe)
            .collect(Collectors.joining(", "));
  }

  private String describe(String code) {
    SafetyCategory category = byCode.get(code);
    return category == null ? Printable.escape(code) : category.toString();
  }

  /** Greedily, up to the end of the turn. */
  private String continuation(KeptRow row, int[] soFar) {
    int[] all = soFar;
    while (all.length < soFar.length + MAX_CODE_TOKENS) {
      int next = FirstTokenClassifier.largest(row.read(all));
      if (specialIds.contains(next)) {
        break;
      }
      all = FirstTokenClassifier.with(all, next);
    }
    return tokenizer.decode(Arrays.copyOfRange(all, soFar.length, all.length), false);
  }
}
