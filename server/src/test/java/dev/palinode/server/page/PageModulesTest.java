package dev.palinode.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.server.PalinodeServer;
import dev.palinode.server.ServerSettings;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page's modules that touch no page, in the browser that runs them. */
class PageModulesTest {
  private static Browser browser;
  private static PalinodeServer server;

  @BeforeAll
  static void open() throws Exception {
    browser = Browser.open();
    server =
        PalinodeServer.start(ServerSettings.DEFAULT, List.of(new ScriptedEngine()), line -> {});
    browser.open(ChatPageTest.address(server));
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void events_areTheSameHoweverTheBytesAreCut() {
    Object read =
        browser.module(
            """
            const {events} = await import('/sse.js');
            const text = ': note\\r\\ndata: a\\ndata:  ü😀\\n\\ndata:b\\r\\n\\r\\n'
                + 'event: x\\rdata: c\\r\\rid: 1\\n\\ndata: unfinished';
            const bytes = new TextEncoder().encode(text);
            const seen = new Set();
            for (let first = 0; first <= bytes.length; first++) {
              for (const second of [first, first + 1, bytes.length]) {
                const stream = new ReadableStream({start(controller) {
                  controller.enqueue(bytes.slice(0, first));
                  controller.enqueue(bytes.slice(first, second));
                  controller.enqueue(bytes.slice(second));
                  controller.close();
                }});
                const read = [];
                for await (const data of events(stream)) {
                  read.push(data);
                }
                seen.add(JSON.stringify(read));
              }
            }
            return [...seen];
            """);
    assertThat(read).isEqualTo(List.of("[\"a\\n ü😀\",\"b\",\"c\"]"));
  }

  /** Random appends and retractions, against an array of code points. */
  @Test
  void transcript_isWhatAppendingAndRemovingGives() {
    Object failures =
        browser.module(
            """
            const {Transcript} = await import('/transcript.js');
            let state = 12345;
            const random = n => (state = (state * 1103515245 + 12345) % 2147483648) % n;
            const failures = [];
            for (let run = 0; run < 500; run++) {
              const transcript = new Transcript();
              let expected = [];
              let sent = 0;
              let withdrawn = 0;
              for (let step = 0; step < 30; step++) {
                const choice = {index: 0, delta: {}, finish_reason: null};
                const chunk = {choices: [choice]};
                if (random(4) > 0) {
                  const text = Array.from({length: random(4)}, () => ['a', ' ', '🙂', 'é', '\\n'][random(5)]);
                  choice.delta.content = text.join('');
                  chunk.palinode = {reset_probability: 0.5};
                  expected.push(...text);
                  sent += text.length;
                } else {
                  const from = random(expected.length + 1);
                  const text = expected.splice(from);
                  withdrawn += text.length;
                  chunk.palinode = {retraction: {id: step, from, text: text.join(''), cause: 'reset'}};
                }
                transcript.apply(chunk);
                const all = transcript.pieces.map(piece => piece.text).join('');
                const struck = transcript.pieces.filter(piece => piece.retraction)
                    .map(piece => piece.text).join('');
                if (transcript.text !== expected.join('') || Array.from(all).length !== sent
                    || Array.from(struck).length !== withdrawn) {
                  failures.push(`run ${run}, step ${step}: ${JSON.stringify(transcript.pieces)}`);
                }
              }
            }
            return failures.slice(0, 3);
            """);
    assertThat(failures).isEqualTo(List.of());
  }

  @Test
  void retraction_thatDoesNotFit_isRefused() {
    Object outcome =
        browser.module(
            """
            const {Transcript} = await import('/transcript.js');
            const outcomes = [];
            for (const retraction of [{from: 1, text: 'x'}, {from: 0, text: 'a'}, {from: 3, text: ''}]) {
              const transcript = new Transcript();
              transcript.apply({choices: [{delta: {content: 'abc'}}]});
              try {
                transcript.apply({choices: [{delta: {}}], palinode: {retraction}});
                outcomes.push(transcript.text);
              } catch (e) {
                transcript.fail(e.message, e.isWithdrawn);
                outcomes.push(e.message, transcript.text);
              }
            }
            return outcomes;
            """);
    assertThat(outcome)
        .isEqualTo(
            List.of(
                "The server withdrew text that is not the end of this answer.",
                "",
                "The server withdrew text that is not the end of this answer.",
                "",
                "abc"));
  }

  /** What an answer becomes whose undo came too late for a plain stream. */
  @Test
  void lostAnswer_standsNoLonger() {
    Object outcome =
        browser.module(
            """
            const {Transcript} = await import('/transcript.js');
            const transcript = new Transcript();
            transcript.apply({choices: [{delta: {content: 'abc'}}]});
            transcript.fail('too late', true);
            return [transcript.text, transcript.pieces[0].text, transcript.error];
            """);
    assertThat(outcome).isEqualTo(List.of("", "abc", "too late"));
  }
}
