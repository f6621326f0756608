"""What can be chosen for a chat or topic, and for oneself: who answers, as whom, and its cost."""
