"""The commands, one file each; `gonogo_cli.group` imports them when they are asked for."""
