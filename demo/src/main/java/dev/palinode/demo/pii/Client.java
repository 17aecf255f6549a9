package dev.palinode.demo.pii;

import java.util.ArrayList;
import java.util.List;

/**
 * An invented person of the PII world and their visit.
 *
 * @param visit one word that names the visit
 * @param first name
 * @param last name
 * @param digits of the telephone number
 * @param host of the mail address
 * @param day of the visit, which everybody may know
 * @param time of the visit, likewise
 */
record Client(
    String visit,
    String first,
    String last,
    List<String> digits,
    String host,
    String day,
    String time) {
  Client {
    digits = List.copyOf(digits);
  }

  /** Everything about the client that is private, word by word. */
  List<String> personalData() {
    List<String> all = new ArrayList<>(List.of(first, last, host));
    all.addAll(digits);
    return all;
  }
}
