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
 * @param day of the visit, which is public
 * @param time of the visit, also public
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

  /** The client's personal data, word by word. */
  List<String> personalData() {
    List<String> all = new ArrayList<>(List.of(first, last, host));
    all.addAll(digits);
    return all;
  }
}
