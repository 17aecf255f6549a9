package dev.palinode.judge;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import dev.palinode.text.Printable;
import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.commons.lang3.ArrayUtils;
import org.jspecify.annotations.Nullable;

/**
 * A judge that runs a local checkpoint of Llama Guard 2 or 3, or one tuned in the same way.
 *
 * <p>The verdict comes from the probabilities of the first word of the answer: {@code p(unsafe) /
 * (p(safe) + p(unsafe))} of at least 0.5 is unsafe. Only for an unsafe text are a few tokens
 * generated, greedily, for the categories in the reason: {@code S9 Indiscriminate Weapons (0.93)}.
 *
 * <p>An answer that is judged while it is generated ({@link #open}) has a row in the model's KV
 * cache: task and conversation are prefilled once, then only the new part of the answer.
 *
 * <p>System messages are left out, as the classifier was trained without them. An empty answer is
 * undecided, and so is a conversation that does not fit into the model's context (nothing is
 * truncated). A model that would answer with neither word is a {@linkplain Verdict#failed failure}.
 *
 * <p>Thread-safe. Closes neither model nor tokenizer. An interrupt ends a judgement, between two
 * calls of the model, with a {@link CancellationException}; the thread stays interrupted.
 */
public final class LlamaGuard implements Judge {
  /**
   * With less probability on {@code safe} and {@code unsafe} together, the model does not answer as
   * a guard: it may be another model, or the prompt may have the wrong form.
   */
  private static final double MIN_MASS = 0.5;

  /** Of the Llama Guard 2 model card. */
  private static final double THRESHOLD = 0.5;

  /** Enough for several codes, such as {@code S1,S10,S14}. */
  private static final int MAX_CODE_TOKENS = 16;

  private final CausalLm model;
  private final LlamaGuardVersion version;
  private final LlamaGuardPrompt prompt;
  private final FirstTokenClassifier classifier;
  private final Tokenizer tokenizer;
  private final Set<Integer> endOfTurn;

  /**
   * A judge.
   *
   * @param format of the checkpoint's chat template: the task is one user message in it. If the
   *     template contains the task, as those of Meta's checkpoints do, it gets the conversation.
   *     Null for a checkpoint without one: the task is put between the strings that llama-cookbook
   *     uses for the version
   * @throws IllegalArgumentException if the tokenizer cannot tell {@code safe} from {@code unsafe}
   */
  public LlamaGuard(
      CausalLm model, Tokenizer tokenizer, @Nullable ChatFormat format, LlamaGuardVersion version) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.version = version;
    endOfTurn = format == null ? Set.of() : format.endOfTurnIds();
    prompt = new LlamaGuardPrompt(tokenizer, format, version);
    classifier =
        new FirstTokenClassifier(
            tokenizer, tokenizer.encodeText("safe"), tokenizer.encodeText("unsafe"));
  }

  @Override
  public Verdict judge(List<Message> prompt, String answer) {
    try (KeptRow row = new KeptRow(model)) {
      return judge(prompt, answer, row);
    }
  }

  @Override
  public Session open(List<Message> prompt) {
    List<Message> before = List.copyOf(prompt);
    KeptRow row = new KeptRow(model);
    return new Session() {
      @Override
      public Verdict judge(String answer) {
        return LlamaGuard.this.judge(before, answer, row);
      }

      @Override
      public void close() {
        row.close();
      }
    };
  }

  /**
   * An answer to be judged.
   *
   * @param prompt the conversation up to the assistant's turn
   */
  public record Case(List<Message> prompt, String answer) {}

  /**
   * Judges several answers as batches of the decoding loop, by the words that the model generates:
   * faster than one at a time where a model gains from batches. Verdicts are those of {@link
   * #judge}, except where safe and unsafe are almost equally likely, and without the probability.
   *
   * @param rows answers that are judged together, 1 or more
   */
  public List<Verdict> judgeAll(List<Case> cases, int rows) {
    Verdict[] verdicts = new Verdict[cases.size()];
    List<GenerationRequest> requests = new ArrayList<>();
    List<Integer> asked = new ArrayList<>(); // index of each request's case
    for (int i = 0; i < verdicts.length; i++) {
      if (cases.get(i).answer.isBlank()) {
        verdicts[i] = Verdict.undecided("empty answer");
        continue;
      }
      int[] ids = ids(cases.get(i).prompt, cases.get(i).answer);
      if (ids.length > longest()) {
        verdicts[i] = tooLong(ids);
        continue;
      }
      asked.add(i);
      requests.add(
          GenerationRequest.builder(ids)
              .maxNewTokens(classifier.room() + MAX_CODE_TOKENS)
              .stopIds(endOfTurn)
              .build());
    }
    List<GenerationEvent> ends = new Decoder(model, rows).generate(requests);
    for (int i = 0; i < ends.size(); i++) {
      verdicts[asked.get(i)] = verdict(ends.get(i));
    }
    return List.of(verdicts);
  }

  private Verdict verdict(GenerationEvent end) {
    if (end instanceof GenerationEvent.Failed failed) {
      return Verdict.failed("the guard model failed: " + failed.cause().getMessage());
    }
    int[] raw = ((GenerationEvent.Finished) end).transcript().raw();
    int special = 0;
    while (special < raw.length && !tokenizer.isSpecial(raw[special])) {
      special++;
    }
    String text = tokenizer.decode(Arrays.copyOf(raw, special), false).strip();
    Verdict verdict = VerdictParser.ofGuardModel(text);
    return verdict.isUnsafe()
        ? Verdict.unsafe(categories(text.substring("unsafe".length())))
        : verdict;
  }

  private int[] ids(List<Message> before, String answer) {
    List<Message> conversation = new ArrayList<>(before);
    conversation.add(Message.assistant(answer));
    return prompt.ids(conversation);
  }

  private int longest() {
    return model.contextLength() - classifier.room() - MAX_CODE_TOKENS;
  }

  private Verdict tooLong(int[] ids) {
    return Verdict.undecided(
        "the conversation is too long for the guard model: %s tokens with the task, room for %s"
            .formatted(ids.length, longest()));
  }

  private Verdict judge(List<Message> before, String answer, KeptRow row) {
    if (answer.isBlank()) {
      return Verdict.undecided("empty answer");
    }
    int[] ids = ids(before, answer);
    if (ids.length > longest()) {
      return tooLong(ids);
    }
    FirstTokenClassifier.Reading reading = classifier.read(row, ids);
    if (!(reading.mass() >= MIN_MASS)) { // NaN, too
      return Verdict.failed(
          String.format(
              Locale.ROOT,
              "the model does not answer as a guard: safe or unsafe have %.2f of the probability",
              reading.mass()));
    }
    return reading.unsafe() < THRESHOLD
        ? Verdict.safe()
        : Verdict.unsafe(
            String.format(
                Locale.ROOT,
                "%s (%.2f)",
                categories(continuation(row, reading.soFar())),
                reading.unsafe()));
  }

  /** The categories in the text after {@code unsafe}. */
  private String categories(String text) {
    String named = VerdictParser.categories(text, this::describe);
    return named.isEmpty() ? "no category named" : named;
  }

  private String describe(String code) {
    List<String> names = version.categories();
    int number = code.matches("S[1-9][0-9]?") ? Integer.parseInt(code.substring(1)) : 0;
    return number >= 1 && number <= names.size()
        ? code + " " + names.get(number - 1)
        : Printable.escape(code);
  }

  /** Generates greedily, up to the end of the turn. */
  private String continuation(KeptRow row, int[] soFar) {
    int[] all = soFar;
    while (all.length < soFar.length + MAX_CODE_TOKENS) {
      int next = FirstTokenClassifier.largest(row.read(all));
      if (tokenizer.isSpecial(next)) {
        break;
      }
      all = ArrayUtils.add(all, next);
    }
    return tokenizer.decode(Arrays.copyOfRange(all, soFar.length, all.length), false);
  }
}
