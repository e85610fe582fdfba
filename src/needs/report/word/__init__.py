"""The Word file: the styles it is made with, and what is put right in the finished one."""
