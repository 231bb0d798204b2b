"""The pure rules of water billing: values in, values out, nothing read and nothing kept."""
