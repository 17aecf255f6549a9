/**
 * Imports of data files of any supported format. No good row is lost, and no bad row is accepted
 * silently: broken rows are set aside with the reason.
 */
@NullMarked
package dev.palinode.data.importing;

import org.jspecify.annotations.NullMarked;
