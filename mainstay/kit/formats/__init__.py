"""How the languages write days, where Django says it otherwise than our pages do."""
