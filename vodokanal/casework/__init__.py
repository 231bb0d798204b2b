"""Pure lives of things with a status: their states, the moves between them, their deadlines."""
