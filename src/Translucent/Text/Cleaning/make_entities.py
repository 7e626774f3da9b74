# Writes Entities.txt: the named character references of HTML (https://html.spec.whatwg.org/multipage/named-characters.html), as Python's standard library has
# them.   python3 make_entities.py > Entities.txt
import html.entities

print("# The named character references of HTML, made by make_entities.py: the name, with its semicolon where it has one, and hexadecimal code points.")
for name, text in sorted(html.entities.html5.items()):
    print(name, " ".join(f"{ord(c):X}" for c in text))
