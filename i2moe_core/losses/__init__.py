"""What training minimises: functions of tensors, no state."""
