package dev.palinode.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.Fixtures;
import dev.palinode.testkit.UniformTokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Group;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.opentest4j.TestAbortedException;

@AddLifecycleHook(IncrementalDecoderTest.SkipWithoutTokenizer.class)
class IncrementalDecoderTest {
  private static HuggingFaceTokenizer byteLevel;

  @BeforeContainer
  static void open() {
    byteLevel = HuggingFaceTokenizer.open(Fixtures.fixture("tokenizer"));
  }

  @AfterContainer
  static void close() {
    byteLevel.close();
  }

  static final class SkipWithoutTokenizer implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return skipWithout(() -> Fixtures.fixture("tokenizer"));
    }
  }

  static final class SkipWithoutSentencepiece implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
      return skipWithout(() -> Fixtures.model("stories260K/hf"));
    }
  }

  /** jqwik counts an aborted try as rejected: a missing file is noticed before the first one. */
  private static SkipExecutionHook.SkipResult skipWithout(Supplier<Path> file) {
    try {
      Path unused = file.get();
      return SkipExecutionHook.SkipResult.doNotSkip();
    } catch (TestAbortedException e) {
      return SkipExecutionHook.SkipResult.skip(e.getMessage());
    }
  }

  @Provide
  Arbitrary<int[]> anyIds() {
    // bytes of cut characters, ordinary tokens, added tokens
    int last = Fixtures.vocabSize() - 1;
    Arbitrary<Integer> id =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.integers().between(94, 255)),
            Tuple.of(2, Arbitraries.integers().between(0, last)),
            Tuple.of(
                1, Arbitraries.integers().between(Fixtures.tokenId("<|begin_of_text|>"), last)));
    return id.array(int[].class).ofMaxSize(80);
  }

  @Provide
  Arbitrary<int[]> bytesOnly() {
    return Arbitraries.integers().between(94, 255).array(int[].class).ofMaxSize(120);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("ab .,\n日本é🙂👩\u200D👧 ")
        .ofMaxLength(60)
        .map(
            s ->
                s.codePoints()
                        .filter(c -> c < 0xD800 || c > 0xDFFF)
                        .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                        .toString()
                    + "🙂 🙂");
  }

  @Property
  void pieces_ofAnyIds_concatenateToDecodeOfAll(
      @ForAll("anyIds") int[] ids, @ForAll boolean skipSpecialTokens) {
    assertSameAsWhole(byteLevel, ids, skipSpecialTokens);
  }

  @Property
  void pieces_ofGarbage_concatenateToDecodeOfAll(@ForAll("bytesOnly") int[] ids) {
    assertSameAsWhole(byteLevel, ids, false);
  }

  @Property
  void pieces_ofText_concatenateToIt(@ForAll("texts") String text) {
    assertSameAsWhole(byteLevel, byteLevel.encodeDocument(text), true);
  }

  @Property(tries = 200)
  void rewind_toTheStart_forgetsAll(@ForAll("anyIds") int[] before, @ForAll("texts") String text) {
    assertForgets(byteLevel, before, text);
  }

  private static void assertForgets(HuggingFaceTokenizer tokenizer, int[] before, String text) {
    IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, true);
    IncrementalDecoder.Mark start = decoder.mark();
    for (int id : before) {
      String unused = decoder.append(id % tokenizer.vocabSize());
    }
    decoder.rewind(start);

    assertThat(decodeAll(decoder, tokenizer.encodeText(text))).isEqualTo(text);
  }

  @Property(tries = 50)
  void append_showsCompleteCharactersAtOnce(@ForAll("texts") String text) {
    Tokenizer tokenizer = byteLevel;
    IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, true);
    int[] ids = tokenizer.encodeText(text);
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      shown.append(decoder.append(ids[i]));
      String whole = tokenizer.decode(Arrays.copyOf(ids, i + 1), true);
      if (!whole.endsWith("\uFFFD")) {
        assertThat(shown).hasToString(whole);
      }
      assertThat(shown).doesNotContain("\uFFFD");
    }
  }

  @Property(tries = 20)
  void append_cost_doesNotGrowWithTheText(@ForAll("anyIds") int[] ids) {
    AtomicInteger longest = new AtomicInteger();
    IncrementalDecoder decoder =
        new IncrementalDecoder(new LengthRecorder(byteLevel, longest), false);
    for (int round = 0; round < 20; round++) {
      for (int id : ids) {
        String unused = decoder.append(id);
      }
    }
    assertThat(longest).hasValueLessThanOrEqualTo(40);
  }

  @Group
  @AddLifecycleHook(SkipWithoutSentencepiece.class)
  @SuppressWarnings("ClassCanBeStatic") // jqwik takes inner classes only
  class OfASentencepieceModel {
    private static HuggingFaceTokenizer sentencepiece;

    @BeforeContainer
    static void open() {
      sentencepiece = HuggingFaceTokenizer.open(Fixtures.model("stories260K/hf"));
    }

    @AfterContainer
    static void close() {
      sentencepiece.close();
    }

    @Property
    void pieces_ofText_concatenateToIt(@ForAll("texts") String text) {
      assertSameAsWhole(sentencepiece, sentencepiece.encodeDocument(text), true);
      assertSameAsWhole(sentencepiece, sentencepiece.encodeDocument(text), false);
    }

    @Property(tries = 200)
    void rewind_toTheStart_forgetsAll(
        @ForAll("anyIds") int[] before, @ForAll("texts") String text) {
      assertForgets(sentencepiece, before, text);
    }
  }

  private static void assertSameAsWhole(Tokenizer tokenizer, int[] ids, boolean skipSpecialTokens) {
    IncrementalDecoder decoder = new IncrementalDecoder(tokenizer, skipSpecialTokens);
    String whole = tokenizer.decode(ids, skipSpecialTokens);

    assertThat(decodeAll(decoder, ids)).isEqualTo(whole);
    assertThat(decodeAll(decoder, ids)).as("again").isEqualTo(whole);
  }

  private static String decodeAll(IncrementalDecoder decoder, int[] ids) {
    IncrementalDecoder.Mark start = decoder.mark();
    StringBuilder pieces = new StringBuilder();
    for (int id : ids) {
      pieces.append(decoder.append(id));
    }
    pieces.append(decoder.pending());
    decoder.rewind(start);
    return pieces.toString();
  }

  /** Notes the longest list of ids that was decoded. */
  private static final class LengthRecorder extends UniformTokenizer {
    private final Tokenizer inner;
    private final AtomicInteger longest;

    LengthRecorder(Tokenizer inner, AtomicInteger longest) {
      this.inner = inner;
      this.longest = longest;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecialTokens) {
      longest.accumulateAndGet(ids.length, Math::max);
      return inner.decode(ids, skipSpecialTokens);
    }

    @Override
    public boolean isSpecial(int id) {
      return inner.isSpecial(id);
    }

    @Override
    public int vocabSize() {
      return inner.vocabSize();
    }

    @Override
    public OptionalInt idOf(String token) {
      return inner.idOf(token);
    }
  }
}
