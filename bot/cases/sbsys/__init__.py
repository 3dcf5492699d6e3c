"""SBSYS behind the port `CaseSystem`: cases over its REST API, and tasks and notes back into them.

What is known of the API was read out of public code that asks it in earnest, and each docstring here says which parts
are known and which are our assumption:

- OS2bos and the Alfresco template service of Magenta (answers of `GET api/sag/{id}` and `POST api/sag/search`, whole),
- the clients of Odense and Aarhus (paging, users, notes, tasks), OS2datascanner (the tables of the database),
- the hearing portal of Ballerup (the names of the fields, as the vendor's own types have them).
"""
