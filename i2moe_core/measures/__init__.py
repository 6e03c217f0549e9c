"""Numbers that say how good, how calibrated, how faithful: functions of tensors and arrays, no state."""
